/** Zero crossings of the windowed sine on each side: the more, the steeper the filter. */
const CROSSINGS = 16
/** Shape of the Kaiser window: about 80 dB below the signal outside the band. */
const BETA = 8
/** Where the band ends, as a share of what the lower rate can hold. */
const CUTOFF = 0.92
/** Points of the kernel's table between two crossings; in between it is interpolated. */
const FINE = 512

/**
 * Channels over time at another rate, band-limited: what the lower rate cannot hold is filtered out, not folded back. A
 * sine windowed by Kaiser's window, its weights adding up to 1 at every sample so that a constant stays one; at the
 * ends the first and the last sample are repeated.
 *
 * @param values [samples, channels]
 */
export function resample(values: Float32Array, channels: number, from: number, to: number): Float32Array {
  if (from === to) return values
  const samples = values.length / channels
  const count = Math.max(1, Math.round((samples * to) / from))
  const step = from / to
  const band = CUTOFF * Math.min(1, to / from)
  const reach = CROSSINGS / band
  const out = new Float32Array(count * channels)
  const weights = new Float64Array(2 * Math.ceil(reach) + 2)
  const kernel = kernelTable()
  for (let i = 0; i < count; i++) {
    const centre = i * step
    const first = Math.ceil(centre - reach)
    const last = Math.floor(centre + reach)
    let total = 0
    for (let k = first; k <= last; k++) {
      const x = Math.abs(k - centre) * band * FINE
      const at = Math.floor(x)
      const weight = kernel[at] + (x - at) * (kernel[at + 1] - kernel[at])
      weights[k - first] = weight
      total += weight
    }
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let k = first; k <= last; k++) {
        const at = k < 0 ? 0 : k >= samples ? samples - 1 : k
        sum += weights[k - first] * values[at * channels + c]
      }
      out[i * channels + c] = sum / total
    }
  }
  return out
}

/** The windowed sine from its middle to its end. */
function kernelTable(): Float64Array {
  const table = new Float64Array(CROSSINGS * FINE + 2)
  for (let i = 0; i < CROSSINGS * FINE; i++) table[i] = sinc(i / FINE) * kaiser(i / FINE / CROSSINGS)
  return table
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const kaiser = (x: number) => bessel(BETA * Math.sqrt(1 - x * x))

/** Modified Bessel function I0 by its series; the missing division by I0(BETA) falls out where weights add up to 1. */
function bessel(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}

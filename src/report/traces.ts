import { type Html, html, trusted } from './html.ts'

/** A signal is drawn by the highest and lowest values in so many stretches of it. */
const STRETCHES = 64
const WIDTH = 2 * STRETCHES
const HEIGHT = 44
/** Standard deviations from the middle to the edge; what lies beyond is cut. */
const REACH = 3.5
const COLOURS = ['--accent', '--series-1', '--series-3', '--series-2', '--muted']

/** True for the shape of a signal, [samples, channels]. */
export const isSignalShape = (shape: readonly number[]): boolean => shape.length === 2 && shape[0] >= 2

/** How many signals of so many channels fit into a report of about half a megabyte. */
export const traceBudget = (channels: number): number => Math.max(12, Math.floor(240 / Math.min(8, channels)))

/** Small line charts of signals, one path a channel. */
export interface Traces {
  /** All of them, drawn once: stands anywhere in the page. */
  shapes: Html
  /** The i-th as the inside of an element. */
  trace(i: number): Html
}

/** Draws signals [count, samples, channels]; channels are standardised over all of them, so that they can be compared. */
export function drawTraces(values: Float32Array, count: number, [samples, channels]: readonly number[]): Traces {
  const size = samples * channels
  const levels = Array.from({ length: channels }, (_, c) => levelOf(values, count * samples, channels, c))
  const paths = Array.from({ length: count }, (_, i) =>
    levels.map((level, c) => pathOf(values.subarray(i * size, (i + 1) * size), c, channels, level)),
  )
  const colour = (c: number) =>
    `stroke:var(${COLOURS[Math.min(c, COLOURS.length - 1)]});vector-effect:non-scaling-stroke`
  return {
    shapes: html`<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>${paths.map(
      (lines, i) =>
        html`<g id="${`trace-${i}`}">${lines.map((line, c) => html`<path d="${trusted(line)}" style="${trusted(colour(c))}"/>`)}</g>`,
    )}</defs></svg>`,
    trace: i =>
      html`<svg viewBox="${trusted(`0 0 ${WIDTH} ${HEIGHT}`)}" preserveAspectRatio="none" aria-hidden="true"><use href="${`#trace-${i}`}"/></svg>`,
  }
}

/** Where a value of a channel lies, from 0 at the top. */
function levelOf(values: Float32Array, count: number, channels: number, c: number): (value: number) => number {
  let [sum, squares] = [0, 0]
  for (let t = 0; t < count; t++) sum += values[t * channels + c]
  const mean = sum / count
  for (let t = 0; t < count; t++) squares += (values[t * channels + c] - mean) ** 2
  const reach = REACH * (Math.sqrt(squares / count) || 1)
  return value => (1 - Math.min(1, Math.max(-1, (value - mean) / reach))) * (HEIGHT / 2)
}

function pathOf(signal: Float32Array, c: number, channels: number, level: (value: number) => number): string {
  const samples = signal.length / channels
  const at = (t: number) => signal[t * channels + c]
  const points: [number, number][] = []
  if (samples <= WIDTH) for (let t = 0; t < samples; t++) points.push([(t * WIDTH) / Math.max(1, samples - 1), at(t)])
  else
    for (let s = 0; s < STRETCHES; s++) {
      const [from, to] = [s, s + 1].map(k => Math.floor((k * samples) / STRETCHES))
      let [low, high] = [from, from]
      for (let t = from; t < to; t++) {
        if (at(t) < at(low)) low = t
        if (at(t) > at(high)) high = t
      }
      for (const t of low < high ? [low, high] : [high, low]) points.push([(t * WIDTH) / (samples - 1), at(t)])
    }
  return `M${points.map(([x, value]) => `${round(x)} ${round(level(value))}`).join('L')}`
}

const round = (value: number) => Number(value.toFixed(1))

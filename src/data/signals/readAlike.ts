import { InklingError } from '../../errors.ts'
import { type ReadOptions, readSignal } from './readSignal.ts'
import type { Signal, SignalListing } from './types.ts'

/**
 * Reads all files of a listing, and makes sure that they go together: the same channels (found by name where files name them)
 * at one rate.
 */
export async function readAlike(
  listing: SignalListing,
  { channels, sampledAt, rate }: ReadOptions,
): Promise<{ signals: Signal[]; hashes: string[] }> {
  const signals: Signal[] = []
  const hashes: string[] = []
  const options = { channels: channels && [...channels], sampledAt, rate }
  for (const { path, name } of listing.files) {
    const { sha256, ...signal } = await readSignal(path, options)
    signals.push(signals.length === 0 ? signal : inOrder(signal, name, signals[0].names, listing.files[0].name))
    hashes.push(sha256)
  }
  refuseRates(listing, signals)
  return { signals, hashes }
}

/** Channels in the order of the first file's. */
function inOrder(signal: Signal, name: string, wanted: readonly string[], first: string): Signal {
  const { names, values, samples } = signal
  if (names.join('\0') === wanted.join('\0')) return signal
  const nameless = (list: readonly string[]) => list.every((text, i) => text === String(i + 1))
  const places = wanted.map(text => names.indexOf(text))
  if (names.length === wanted.length) {
    // Without names on one side, places must do.
    if (nameless(names) || nameless(wanted)) return { ...signal, names: wanted }
    if (!places.includes(-1)) {
      const ordered = new Float32Array(values.length)
      for (let t = 0, to = 0; t < samples; t++) for (const c of places) ordered[to++] = values[t * names.length + c]
      return { ...signal, names: wanted, values: ordered }
    }
  }
  const list = (of: readonly string[]) => `${of.slice(0, 6).join(', ')}${of.length > 6 ? ', ...' : ''}`
  throw new InklingError(
    `${name} has ${names.length} channels (${list(names)}), ${first} has ${wanted.length} (${list(wanted)})`,
    { hint: 'Choose those that all have with --channels.' },
  )
}

function refuseRates({ files }: SignalListing, signals: readonly Signal[]): void {
  const firsts = new Map<number | undefined, number>()
  signals.forEach(({ rate }, i) => {
    if (!firsts.has(rate)) firsts.set(rate, i)
  })
  if (firsts.size < 2) return
  const list = [...firsts]
    .slice(0, 4)
    .map(([rate, i]) => `${rate === undefined ? 'unknown' : `${rate} Hz`} (${files[i].name})`)
  const known = [...firsts.keys()].filter(rate => rate !== undefined)
  throw new InklingError(`the signals have different rates: ${list.join(', ')}`, {
    hint:
      known.length < firsts.size
        ? 'Say the rate of CSV files without times with --sampled-at HZ.'
        : `Resample them: --rate ${Math.min(...known)}`,
  })
}

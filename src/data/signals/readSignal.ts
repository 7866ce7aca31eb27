import { InklingError } from '../../errors.ts'
import { readDataFile } from '../files.ts'
import { parseSignalCsv } from '../formats/signalCsv.ts'
import { decodeText } from '../formats/text.ts'
import { readWav } from '../formats/wav.ts'
import { resample } from './resample.ts'
import type { Signal } from './types.ts'

/** True for a name of a file that holds a signal. */
export const isSignalName = (name: string): boolean => /\.(wav|wave|csv|tsv)(\.gz|\.br)?$/i.test(name)

const isWav = (name: string) => /\.wave?(\.gz|\.br)?$/i.test(name)

/** How a file is read. */
export interface ReadOptions {
  /** Channels by name or number from 1, in this order; default all. */
  channels?: readonly string[]
  /** The rate of CSV files without a column of times. */
  sampledAt?: number
  /** Resample to so many samples a second. */
  rate?: number
}

/**
 * Reads one recording from a WAV or CSV file.
 * @throws InklingError naming file and line
 */
export async function readSignal(path: string, options: ReadOptions = {}): Promise<Signal & { sha256: string }> {
  const { bytes, sha256 } = await readDataFile(path)
  const signal = isWav(path) ? fromWav(bytes, path, options) : fromCsv(bytes, path, options)
  const { rate } = options
  if (rate === undefined || rate === signal.rate) return { ...signal, sha256 }
  if (signal.rate === undefined)
    throw new InklingError(`${path} does not say how many samples it has a second, so it cannot be resampled`, {
      exitCode: 2,
      hint: 'Say it with --sampled-at HZ, or give the file a column "time" in seconds.',
    })
  const values = resample(signal.values, signal.names.length, signal.rate, rate)
  const samples = values.length / signal.names.length
  const factor = rate / signal.rate
  return { ...signal, rate, pace: signal.pace && signal.pace * factor, values, samples, factor, sha256 }
}

function fromWav(bytes: Uint8Array, path: string, { channels: wanted }: ReadOptions): Signal {
  const { rate, channels, values } = readWav(bytes, path)
  const bad = values.findIndex(value => !Number.isFinite(value))
  if (bad >= 0)
    throw new InklingError(`${path}: sample ${Math.floor(bad / channels) + 1} is ${values[bad]}, not a finite number`)
  const names = channels === 2 ? ['left', 'right'] : Array.from({ length: channels }, (_, i) => String(i + 1))
  const samples = values.length / channels
  if (!wanted) return { names, rate, start: 0, values, samples, factor: 1 }
  const places = wanted.map(name => {
    const at = names.indexOf(name)
    const place = at >= 0 ? at : /^\d+$/.test(name) ? Number(name) - 1 : -1
    if (place >= 0 && place < channels) return place
    throw new InklingError(`${path} has no channel "${name}"`, { hint: `It has ${names.join(', ')}.` })
  })
  const picked = new Float32Array(samples * places.length)
  for (let t = 0, to = 0; t < samples; t++) for (const place of places) picked[to++] = values[t * channels + place]
  return { names: [...wanted], rate, start: 0, values: picked, samples, factor: 1 }
}

function fromCsv(bytes: Uint8Array, path: string, { channels: wanted, sampledAt }: ReadOptions): Signal {
  const columns = parseSignalCsv(decodeText(bytes, path), path, wanted)
  const { channels, values, start, pace, rate = sampledAt } = columns
  const names = wanted ?? columns.names ?? Array.from({ length: channels }, (_, i) => String(i + 1))
  return { names, rate, pace, start, values, samples: values.length / channels, factor: 1 }
}

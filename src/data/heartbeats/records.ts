import { InklingError } from '../../errors.ts'
import {
  decodeWfdbSignals,
  isBeat,
  parseWfdbAnnotations,
  parseWfdbHeader,
  physicalValues,
  type WfdbFile,
  type WfdbHeader,
  type WfdbSignalHeader,
} from '../formats/wfdb/index.ts'

/** Reads a file of the database by its name, e.g. `100.hea`. */
export type ReadFile = (name: string) => Promise<WfdbFile>

/** What the header of a record says. */
export interface HeartHeader {
  name: string
  /** The header file, for errors. */
  source: string
  header: WfdbHeader
  /** Samples a lead. */
  length: number
  /** The leads' names in the file's order. */
  leads: string[]
}

/** A record without its signals: what is known before anything large is read. */
export interface HeartRecord extends HeartHeader {
  /** Where the beats are, ascending, and their symbols. */
  beatSamples: Int32Array
  beatSymbols: string[]
}

/** Places of beats are kept in 32 bits. At 360 Hz it is two months. */
const MOST_SAMPLES = 2 ** 31 - 1

/** Reads the header of a record alone. */
export async function readHeartHeader(name: string, read: ReadFile): Promise<HeartHeader> {
  const hea = await read(`${name}.hea`)
  const header = parseWfdbHeader(new TextDecoder('latin1').decode(hea.bytes), hea.source)
  if (header.length === undefined) {
    throw new InklingError(`${hea.source} does not say how many samples the record has`, { hint: 'Fetch it again.' })
  }
  if (header.length > MOST_SAMPLES) {
    throw new InklingError(
      `${hea.source} says that the record has ${header.length} samples; ${MOST_SAMPLES} at most can be read`,
      { hint: 'Its header is damaged, or the record is to be cut: xform of the WFDB tools does it.' },
    )
  }
  return { name, source: hea.source, header, length: header.length, leads: header.signals.map(s => s.description) }
}

/** Reads the header and the reference annotations of a record. */
export async function readHeartRecord(name: string, read: ReadFile): Promise<HeartRecord> {
  const described = await readHeartHeader(name, read)
  const { header, length } = described
  const atr = await read(`${name}.atr`)
  const beats = parseWfdbAnnotations(atr.bytes, atr.source, header.frequency).filter(({ symbol }) => isBeat(symbol))
  const outside = beats.find(({ sample }) => sample < 0 || sample >= length)
  if (outside) {
    throw new InklingError(
      `${atr.source} has a beat at sample ${outside.sample}; record ${name} has ${length} samples`,
      { hint: 'The files do not belong together; fetch both again.' },
    )
  }
  beats.sort((a, b) => a.sample - b.sample)
  return {
    ...described,
    beatSamples: Int32Array.from(beats, beat => beat.sample),
    beatSymbols: beats.map(beat => beat.symbol),
  }
}

/**
 * Reads the leads of a record at `positions`, each standardised over the whole record (mean 0, deviation 1); missing
 * samples become 0. Samples are interleaved: [length, positions.length].
 */
export async function readLeads(
  record: Pick<HeartHeader, 'source' | 'header' | 'length'>,
  positions: readonly number[],
  read: ReadFile,
): Promise<Float32Array> {
  const { header, length } = record
  const files = new Map<string, WfdbFile>()
  for (const signal of header.signals)
    if (!files.has(signal.file)) files.set(signal.file, await readSignalFile(signal, record.source, read))
  const signals = decodeWfdbSignals(header, files)
  const out = new Float32Array(length * positions.length)
  positions.forEach((position, lead) => {
    const values = physicalValues(signals[position])
    const step = values.length / length // samples in a frame: the first of each is taken
    const { mean, deviation } = momentsOf(values)
    for (let t = 0; t < length; t++) {
      const value = values[t * step]
      out[t * positions.length + lead] = Number.isNaN(value) ? 0 : (value - mean) / deviation
    }
  })
  return out
}

/** Reads the file that a signal line names; where it cannot, the line is named too: a damaged header may be the reason. */
async function readSignalFile({ file, line }: WfdbSignalHeader, source: string, read: ReadFile): Promise<WfdbFile> {
  try {
    return await read(file)
  } catch (error) {
    if (!(error instanceof InklingError)) throw error
    throw new InklingError(`${source}, line ${line}, names the signal file ${file}: ${error.message}`, {
      exitCode: error.exitCode,
      hint: error.hint,
      cause: error,
    })
  }
}

/** Mean and standard deviation of the values that are there; deviation 1 for a flat line. */
function momentsOf(values: Float32Array): { mean: number; deviation: number } {
  let count = 0
  let sum = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    count++
    sum += value
  }
  const mean = count > 0 ? sum / count : 0
  let squares = 0
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2
  return { mean, deviation: squares > 0 ? Math.sqrt(squares / count) : 1 }
}

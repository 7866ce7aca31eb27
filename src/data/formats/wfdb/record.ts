import { InklingError } from '../../../errors.ts'
import type { WfdbHeader, WfdbSignalHeader } from './header.ts'
import { decodeSamples, invalidSample, sampleCount } from './samples.ts'

/** One decoded signal. */
export interface WfdbSignal extends WfdbSignalHeader {
  /** Samples a second. */
  frequency: number
  /** The converter's values as stored. */
  digital: Int32Array
}

/** A signal file's bytes and the name that errors give it. */
export interface WfdbFile {
  bytes: Uint8Array
  source: string
}

const FETCH = 'The file is damaged or cut off; fetch it again.'

/**
 * Decodes the signals of a record and verifies them: as many samples as the header promises, its first values, its
 * checksums.
 *
 * @param files the record's signal files by the names in the header
 */
export function decodeWfdbSignals(header: WfdbHeader, files: ReadonlyMap<string, WfdbFile>): WfdbSignal[] {
  const done = new Map<WfdbSignalHeader, WfdbSignal>()
  for (const name of new Set(header.signals.map(s => s.file))) {
    const file = files.get(name)
    if (!file) throw new InklingError(`record ${header.record} needs the signal file ${name}`, { hint: FETCH })
    const group = header.signals.filter(s => s.file === name)
    const samples = decodeGroup(header, group, file)
    group.forEach((signal, i) => {
      const digital = samples[i]
      if (signal.format === 8) integrate(digital, signal.initialValue ?? signal.adcZero)
      verify(signal, digital, header.signals.indexOf(signal) + 1, file.source)
      done.set(signal, { ...signal, frequency: header.frequency * signal.samplesPerFrame, digital })
    })
  }
  return header.signals.map(signal => done.get(signal) as WfdbSignal)
}

/** A signal in its physical unit, e.g. millivolts; a sample that was marked as missing is NaN. */
export function physicalValues(signal: WfdbSignal): Float32Array {
  const { digital, baseline, gain } = signal
  const invalid = invalidSample(signal.format)
  const values = new Float32Array(digital.length)
  for (let i = 0; i < values.length; i++) values[i] = digital[i] === invalid ? NaN : (digital[i] - baseline) / gain
  return values
}

/** The signals of one file, which lie interleaved frame by frame. */
function decodeGroup(header: WfdbHeader, group: WfdbSignalHeader[], { bytes, source }: WfdbFile): Int32Array[] {
  const [{ format, byteOffset, file }] = group
  if (group.some(s => s.format !== format || s.byteOffset !== byteOffset)) {
    throw new InklingError(`record ${header.record}: the signals of ${file} have different formats or offsets`)
  }
  const perFrame = group.reduce((sum, s) => sum + s.samplesPerFrame, 0)
  if (perFrame === 0) throw new InklingError(`record ${header.record}: the frames of ${file} are empty`)
  const body = bytes.subarray(byteOffset)
  const frames = Math.floor(sampleCount(format, body.length, source) / perFrame)
  const length = header.length ?? frames
  if (frames < length) {
    throw new InklingError(
      `${source} is cut off: its header promises ${length} samples a signal, its ${bytes.length} bytes hold ${frames}`,
      { hint: FETCH },
    )
  }
  const all = decodeSamples(body, format, length * perFrame, source)
  let offset = 0
  return group.map(({ samplesPerFrame: n }) => {
    const out = new Int32Array(length * n)
    for (let f = 0, to = 0; f < length; f++) for (let k = 0; k < n; k++) out[to++] = all[f * perFrame + offset + k]
    offset += n
    return out
  })
}

function integrate(differences: Int32Array, start: number): void {
  let sum = start
  for (let i = 0; i < differences.length; i++) differences[i] = sum += differences[i]
}

function verify(signal: WfdbSignalHeader, digital: Int32Array, number: number, source: string): void {
  const which = `signal ${number}${signal.description ? ` (${signal.description})` : ''} of ${source}`
  const { initialValue, checksum } = signal
  // In format 8 the initial value is what the differences start from, and no check.
  if (signal.format !== 8 && initialValue !== undefined && digital.length > 0 && digital[0] !== initialValue) {
    throw new InklingError(`${which} begins with ${digital[0]}, its header says ${initialValue}`, { hint: FETCH })
  }
  if (checksum === undefined) return
  let sum = 0
  for (let i = 0; i < digital.length; i++) sum = (sum + digital[i]) & 0xffff
  if (sum !== (checksum & 0xffff)) {
    const signed = (sum << 16) >> 16
    throw new InklingError(`${which} has the checksum ${signed}, its header says ${checksum}`, { hint: FETCH })
  }
}

import { InklingError } from '../../../errors.ts'

/**
 * The header of a WFDB record (.hea), the format of PhysioNet's databases
 * (https://physionet.org/physiotools/wag/header-5.htm): a record line, a line a signal, comments.
 */
export interface WfdbHeader {
  record: string
  /** Frames a second. */
  frequency: number
  /** Frames (samples of each signal); undefined where the header does not say. */
  length: number | undefined
  signals: WfdbSignalHeader[]
  /** Lines that begin with `#`, without it. */
  comments: string[]
}

/** One signal line of a header. */
export interface WfdbSignalHeader {
  /** Its line in the header, from 1. */
  line: number
  /** File that holds the samples. */
  file: string
  /** Storage format, e.g. 212: two samples of 12 bits in 3 bytes. */
  format: number
  /** Samples in a frame: more than 1 for signals taken faster than the record's frequency. */
  samplesPerFrame: number
  /** Bytes before the first sample. */
  byteOffset: number
  /** Steps of the converter in one physical unit. */
  gain: number
  /** The header gives no gain: 200 is taken, and the values are not calibrated. */
  uncalibrated: boolean
  /** The converter's value at 0 physical units. */
  baseline: number
  /** The converter's value in the middle of its range; 0 where the header does not say. */
  adcZero: number
  /** Physical unit; mV where the header does not say. */
  units: string
  /** Value of the first sample, where given. */
  initialValue: number | undefined
  /** Sum of all samples, 16 bits, signed, where given. */
  checksum: number | undefined
  /** E.g. the lead: `MLII`. Empty where the header does not say. */
  description: string
}

const HINT = 'A header has a line "record signals frequency samples", then a line for each signal.'

/** Reads a header; `source` names the file in errors. */
export function parseWfdbHeader(text: string, source: string): WfdbHeader {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, i) => ({ content: content.trim(), number: i + 1 }))
  const comments = lines.flatMap(({ content }) => (content.startsWith('#') ? [content.slice(1).trim()] : []))
  const [first, ...rest] = lines.filter(({ content }) => content !== '' && !content.startsWith('#'))
  if (!first) throw new InklingError(`${source} has no record line`, { hint: HINT })
  const where = `${source}, line ${first.number}`
  const [name, signalCount, rate, samples] = first.content.split(/\s+/)
  if (name.includes('/')) {
    throw new InklingError(`${where}: ${name} is a record of several segments; only single ones can be read`, {
      hint: 'Read its segments one by one.',
    })
  }
  const signals = countOf(signalCount, 'number of signals', where)
  // "360/24(0)": the frequency, then a counter's, which nothing here needs.
  const frequency = rate === undefined ? 250 : Number(rate.split('/')[0])
  if (!(frequency > 0)) throw new InklingError(`${where}: "${rate}" is no frequency`, { hint: HINT })
  const length = samples === undefined ? 0 : countOf(samples, 'number of samples', where)
  if (rest.length !== signals) {
    throw new InklingError(`${source} promises ${signals} signals but has ${rest.length} signal lines`, { hint: HINT })
  }
  return {
    record: name,
    frequency,
    length: length || undefined,
    signals: rest.map(({ content, number }) => parseSignal(content, number, `${source}, line ${number}`)),
    comments,
  }
}

/** `100.dat 212 200(1024)/mV 11 1024 995 -22131 0 MLII`: all after the format may be missing. */
function parseSignal(text: string, line: number, where: string): WfdbSignalHeader {
  const [file, format, gain, , zero, initial, checksum] = text.split(/\s+/)
  const storage = /^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$/.exec(format ?? '')
  if (!storage) throw new InklingError(`${where}: "${format ?? ''}" is no signal format`, { hint: HINT })
  if (storage[3] !== undefined && Number(storage[3]) !== 0) {
    throw new InklingError(`${where}: a signal skewed by ${storage[3]} samples cannot be read`)
  }
  const scale = /^([-+]?[\d.]+(?:e[-+]?\d+)?)(?:\(([-+]?\d+)\))?(?:\/(\S+))?$/i.exec(gain ?? '0')
  if (!scale || !Number.isFinite(Number(scale[1]))) {
    throw new InklingError(`${where}: "${gain}" is no gain (like 200, or 200(1024)/mV)`, { hint: HINT })
  }
  const adcZero = zero === undefined ? 0 : whole(zero, 'ADC zero', where)
  const uncalibrated = Number(scale[1]) === 0
  return {
    line,
    file,
    format: Number(storage[1]),
    samplesPerFrame: Number(storage[2] ?? 1),
    byteOffset: Number(storage[4] ?? 0),
    gain: uncalibrated ? 200 : Number(scale[1]),
    uncalibrated,
    baseline: scale[2] === undefined ? adcZero : Number(scale[2]),
    adcZero,
    units: scale[3] ?? 'mV',
    initialValue: initial === undefined ? undefined : whole(initial, 'initial value', where),
    checksum: checksum === undefined ? undefined : whole(checksum, 'checksum', where),
    // The description is the rest of the line, spaces included.
    description: /^(?:\S+\s+){8}(.*)$/.exec(text)?.[1] ?? '',
  }
}

/** A number of things: none below 0, and exact. */
function countOf(text: string | undefined, what: string, where: string): number {
  const value = text?.startsWith('-') ? undefined : whole(text, what, where)
  if (value !== undefined && Number.isSafeInteger(value)) return value
  throw new InklingError(`${where}: "${text}" is no ${what}`, { hint: HINT })
}

function whole(text: string | undefined, what: string, where: string): number {
  if (text !== undefined && /^[-+]?\d+$/.test(text)) return Number(text)
  throw new InklingError(`${where}: ${text === undefined ? `the ${what} is missing` : `"${text}" is no ${what}`}`, {
    hint: HINT,
  })
}

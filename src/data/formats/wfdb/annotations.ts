import { InklingError } from '../../../errors.ts'
import { ANNOTATION_CODES, AUX, CHN, NUM, SKIP, SUB } from './codes.ts'

/** One annotation of a record. */
export interface WfdbAnnotation {
  /** Frame of the record, from 0. */
  sample: number
  /** See {@link ANNOTATION_CODES}. */
  code: number
  /** The code's letter, e.g. `N`; `[17]` for a code without one. */
  symbol: string
  subtype: number
  channel: number
  number: number
  /** Free text, e.g. `(AFIB` with a change of rhythm; empty where there is none. */
  text: string
}

/**
 * Reads an annotation file (.atr and others) in the MIT format, https://physionet.org/physiotools/wag/annot-5.htm: words
 * of 16 bits, six for the code and ten for the time since the annotation before; longer times, numbers, channels and
 * texts are words of their own. The file ends with a zero word, so that a cut one is told; `source` names it in errors.
 * A file whose times are finer or coarser than the record's frames says so in a note at its beginning: they become frames.
 *
 * @param frequency the record's frames a second
 */
export function parseWfdbAnnotations(bytes: Uint8Array, source: string, frequency: number): WfdbAnnotation[] {
  const annotations: WfdbAnnotation[] = []
  let at = 0
  const word = () => {
    if (at + 2 > bytes.length) throw cutOff(source, annotations.length)
    at += 2
    return bytes[at - 2] | (bytes[at - 1] << 8)
  }
  let sample = 0
  let channel = 0
  let number = 0
  let current: WfdbAnnotation | undefined
  const belongs = (what: string) => {
    if (current) return current
    throw new InklingError(`${source} is no annotation file: it begins with a ${what} that belongs to nothing`, {
      hint: 'Expected the MIT format of WFDB (.atr).',
    })
  }
  for (;;) {
    const next = word()
    if (next === 0) break
    const code = next >> 10
    const value = next & 0x3ff
    if (code === SKIP) {
      // The high half comes first (PDP-11); the time may go back.
      const high = word()
      sample += (high << 16) | word()
    } else if (code === NUM) number = belongs('number').number = (value << 22) >> 22
    else if (code === SUB) belongs('subtype').subtype = (value << 22) >> 22
    else if (code === CHN) channel = belongs('channel').channel = value
    else if (code === AUX) {
      if (at + value > bytes.length) throw cutOff(source, annotations.length)
      const text = String.fromCharCode(...bytes.subarray(at, at + value))
      belongs('text').text = text.replace(/\0+$/, '')
      at += value + (value & 1)
    } else {
      sample += value
      // Number and channel stay until they change; the subtype is this annotation's alone.
      const symbol = ANNOTATION_CODES[code]?.[0] ?? `[${code}]`
      current = { sample, code, symbol, subtype: 0, channel, number, text: '' }
      annotations.push(current)
    }
  }
  const resolution = timeResolution(annotations, source)
  if (resolution === undefined || resolution === frequency) return annotations
  return annotations.map(a => ({ ...a, sample: Math.round((a.sample * frequency) / resolution) }))
}

/** Times a second, by the notes about the file with which it begins; undefined where they are the record's frames. */
function timeResolution(annotations: readonly WfdbAnnotation[], source: string): number | undefined {
  for (const { sample, symbol, text } of annotations) {
    if (sample !== 0 || symbol !== '"' || !text.startsWith('## ')) return undefined
    const given = /^## time resolution:\s*(.*)$/.exec(text)?.[1]
    if (given === undefined) continue
    if (Number(given) > 0 && Number.isFinite(Number(given))) return Number(given)
    throw new InklingError(`${source} begins with "${text}", which is no time resolution`, {
      hint: 'Expected the times a second, such as "## time resolution: 360"; or fetch it again.',
    })
  }
  return undefined
}

function cutOff(source: string, count: number): InklingError {
  return new InklingError(`${source} is cut off: it ends after ${count} annotations without its end mark`, {
    hint: 'Fetch it again.',
  })
}

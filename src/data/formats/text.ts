import { InklingError } from '../../errors.ts'

const HINT = 'Save it as "CSV (UTF-8)", or as plain text in UTF-8.'
const LINE_FEED = 10
/** So much of a file tells whether it is text. */
const LOOK = 1024

/**
 * The text that UTF-8 bytes hold, without a byte-order mark. Bytes of another encoding would else become one and the same
 * sign: two names that differ in them would be one.
 * @param source names the file in errors
 * @param line the number of the first line, for errors
 * @throws InklingError for UTF-16, for binary data, and with the first line that is not UTF-8
 */
export function decodeText(bytes: Uint8Array, source: string, line = 1): string {
  if (encodingOf(bytes) !== 'utf-8') throw new InklingError(`${source} is UTF-16 text`, { hint: HINT })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const bad = firstBadLine(bytes)
    // Too long for one string, which is no matter of signs.
    if (!bad) throw cause
    const message = isBinary(bytes)
      ? `${source} is no text: it holds binary data`
      : `${source}, line ${line + bad.after}: "${shown(bad.bytes)}" is not UTF-8 text`
    throw new InklingError(message, { hint: HINT, cause })
  }
}

/** The text of a file's first bytes, to tell what it is: in the encoding of its byte-order mark, wrong bytes as U+FFFD. */
export function glimpseText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

/** The first line that is not UTF-8, and how many lie before it; no sign of several bytes has a line feed in it. */
function firstBadLine(bytes: Uint8Array): { after: number; bytes: Uint8Array } | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let after = 0, from = 0; from < bytes.length; after++) {
    const at = bytes.indexOf(LINE_FEED, from)
    const end = at < 0 ? bytes.length : at
    const part = bytes.subarray(from, end)
    try {
      decoder.decode(part)
    } catch {
      return { after, bytes: part }
    }
    from = end + 1
  }
  return undefined
}

/** True where the first bytes hold control characters, which no text does. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, LOOK).some(byte => byte < 9 || (byte > 13 && byte < 32))
}

/** A line around its first wrong byte, which shows as the sign for unknown ones. */
function shown(line: Uint8Array): string {
  const text = new TextDecoder().decode(line).trim()
  const from = Math.max(0, text.indexOf('\ufffd') - 20)
  const part = text.slice(from, from + 40)
  return `${from > 0 ? '...' : ''}${part}${from + 40 < text.length ? '...' : ''}`
}

import { closeSync, openSync, readSync } from 'node:fs'
import { brotliDecompressSync, constants, gunzipSync } from 'node:zlib'
import { glimpseText } from './formats/text.ts'

/** Holds the header of any table of pixels (784 columns take 8 KB). */
const HEAD_BYTES = 65_536

/**
 * The first lines of a text file that are not empty, to tell what it is: of a large one its beginning alone is read, and
 * the cell that this cuts is left out. No lines where it cannot be read: whoever reads it whole says why. `.gz` and `.br`
 * are unpacked.
 */
export function headOf(path: string): string[] {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const bytes = Buffer.allocUnsafe(HEAD_BYTES)
    const read = readSync(file, bytes)
    const head = unpacked(bytes.subarray(0, read), path).subarray(0, HEAD_BYTES)
    const text = glimpseText(head)
    const whole = read < HEAD_BYTES && head.length < HEAD_BYTES
    return (whole ? text : text.replace(/[^,;\t\r\n]*$/, '')).split(/\r?\n/).filter(line => line.trim() !== '')
  } catch {
    return []
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Cells of a line of {@link headOf}, whatever parts them: commas, semicolons or tabs. */
export function cellsOf(line = ''): string[] {
  return line.split(/[,;\t]/).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
}

/** What the first bytes of a file hold, as far as they go. */
function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  if (path.endsWith('.gz')) return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
  if (path.endsWith('.br')) return brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH })
  return bytes
}

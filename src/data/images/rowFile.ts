import { closeSync, openSync, readSync } from 'node:fs'
import type { RowSource } from '../dataset.ts'
import { fileError } from '../files.ts'

/**
 * Rows of `stride` bytes one behind the other in a file, read when they are asked for: a batch is a few dozen reads that
 * the operating system answers from its own memory as far as that goes. The file stays open as long as the program runs.
 */
export function openRowFile(path: string, stride: number, count: number): RowSource & { close(): void } {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw fileError(error, path)
  }
  return {
    count,
    read(row, out) {
      let done = 0
      while (done < stride) {
        const came = readSync(file, out, done, stride - done, row * stride + done)
        if (came === 0) throw fileError(new Error('the file became shorter while it was in use'), path)
        done += came
      }
    },
    close: () => closeSync(file),
  }
}

import { reasonOf } from '../data/files.ts'
import { InklingError } from '../errors.ts'
import type { Inputs } from './inputForm.ts'

/**
 * Reads files one after the other. As in training, one bad file of many is left out and named; one alone throws.
 *
 * @param what the files are, for the error where none can be read
 * @param isFatal tells what is wrong for all files, such as an option: that throws as well
 */
export async function readEach(
  files: readonly string[],
  what: string,
  read: (file: string) => Promise<void>,
  isFatal: (error: InklingError) => boolean = error => error.exitCode === 2,
): Promise<NonNullable<Inputs['unreadable']>> {
  const unreadable: { file: string; reason: string }[] = []
  let hint: string | undefined
  for (const file of files) {
    try {
      await read(file)
    } catch (error) {
      if (files.length === 1 || !(error instanceof InklingError) || isFatal(error)) throw error
      hint ??= error.hint
      unreadable.push({ file, reason: reasonOf(error, file) })
    }
  }
  if (unreadable.length < files.length) return unreadable
  const [{ file, reason }] = unreadable
  throw new InklingError(`none of the ${files.length} ${what} can be read; the first: ${file} ${reason}`, { hint })
}

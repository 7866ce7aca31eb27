import { InklingError } from '../errors.ts'
import { newestRun, RUNS_FOLDER } from '../training/runFolder.ts'
import type { Output } from './output.ts'

/** The run that was named, or else the newest finished one in ./runs, which is said. */
export function chooseRun(named: string | undefined, output: Output): string {
  if (named !== undefined) return named
  const newest = newestRun()
  if (newest === undefined) {
    throw new InklingError(`there is no trained run in ./${RUNS_FOLDER}`, {
      hint: 'Train one with `inkling start`, or name the folder of one.',
    })
  }
  output.note(`Using the newest run: ${newest}`)
  return newest
}

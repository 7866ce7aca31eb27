import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InklingError } from '../errors.ts'
import type { Output } from './output.ts'

/** Where runs are kept when nobody says otherwise. */
export const RUNS = 'runs'

/** The run that was named, or else the newest finished one in ./runs, which is said. */
export function chooseRun(named: string | undefined, output: Output): string {
  if (named !== undefined) return named
  const newest = newestRun(RUNS)
  if (newest === undefined) {
    throw new InklingError(`there is no trained run in ./${RUNS}`, {
      hint: 'Train one with `inkling start`, or name a run with --run DIR.',
    })
  }
  output.note(`Using the newest run: ${newest}`)
  return newest
}

/** The folder with the youngest weights below `folder`. */
export function newestRun(folder: string): string | undefined {
  let newest: { path: string; time: number } | undefined
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    const time = statSync(join(path, 'weights.safetensors'), { throwIfNoEntry: false })?.mtimeMs
    if (time !== undefined && (!newest || time > newest.time)) newest = { path, time }
  }
  return newest?.path
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

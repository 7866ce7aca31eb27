import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InklingError } from '../errors.ts'
import { weightsUrl } from '../reader/files.ts'
import type { ReaderModel } from '../reader/networks.ts'
import { readImported } from '../training/importedRun.ts'
import type { RunConfig } from '../training/runConfig.ts'
import { newestRun, RUNS_FOLDER, readConfig } from '../training/runFolder.ts'
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

/** How a run was trained; undefined for a weights file, and for a run that was imported. */
export function configOf(run: string): RunConfig | undefined {
  return statSync(run).isDirectory() && !readImported(run) ? readConfig(run) : undefined
}

/** The digit readers that come with inkling. */
export const shippedReaders = ['reader', 'pocket-reader'] as const satisfies readonly ReaderModel[]

/**
 * The runs that were named, or as {@link chooseRun}; but where there is no run at all it is a reader that comes with
 * inkling, as when one is named.
 */
export function chooseReaders(named: { run?: string[]; model?: ReaderModel }, output: Output): string[] {
  if (named.run !== undefined && named.model !== undefined)
    throw new InklingError('--run and --model name two readers: give one', { exitCode: 2 })
  if (named.run !== undefined) return named.run
  if (named.model === undefined && newestRun() !== undefined) return [chooseRun(undefined, output)]
  const model = named.model ?? 'reader'
  if (named.model === undefined) output.note('There is no run in ./runs: using the reader that comes with inkling')
  return [fileURLToPath(weightsUrl(model))]
}

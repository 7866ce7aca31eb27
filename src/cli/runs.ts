import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InklingError } from '../errors.ts'
import { weightsUrl } from '../reader/files.ts'
import type { ReaderModel } from '../reader/networks.ts'
import { readImported } from '../training/importedRun.ts'
import type { RunConfig } from '../training/runConfig.ts'
import { folderOfRun, newestRun, RUN_FILES, RUNS_FOLDER, readConfig } from '../training/runFolder.ts'
import type { Output } from './output.ts'

/**
 * The run that was named, or else the newest finished one in ./runs, which is said.
 * @param folds whether a cross-validation will do as well
 */
export function chooseRun(named: string | undefined, output: Output, folds = true): string {
  if (named !== undefined) return named
  const newest = newestRun(RUNS_FOLDER, { folds })
  if (newest === undefined) {
    throw new InklingError(`there is no trained run in ./${RUNS_FOLDER}`, {
      hint: 'Train one with `inkling start`, or name the folder of one.',
    })
  }
  output.note(`Using the newest run: ${newest}`)
  return newest
}

/** How a run was trained; undefined for a weights file that lies in none, and for a run that was imported. */
export function configOf(run: string): RunConfig | undefined {
  const folder = folderOfRun(run)
  return statSync(folder).isDirectory() && !readImported(folder) ? readConfig(folder) : undefined
}

/** What a run, or the run that a weights file lies in, was trained on; undefined where that is not known. */
export function madeAs(run: string): RunConfig['data'] | undefined {
  return existsSync(join(folderOfRun(run), RUN_FILES.config)) ? configOf(run)?.data : undefined
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
  if (named.model === undefined && newestRun(RUNS_FOLDER, { folds: true }) !== undefined)
    return [chooseRun(undefined, output)]
  const model = named.model ?? 'reader'
  if (named.model === undefined) output.note('There is no run in ./runs: using the reader that comes with inkling')
  return [fileURLToPath(weightsUrl(model))]
}

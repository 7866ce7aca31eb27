import type { Dataset } from '../data/dataset.ts'
import { findOverlap } from '../data/overlap.ts'
import { InklingError } from '../errors.ts'
import { runsBehind } from '../training/learnedBefore.ts'
import type { RunConfig } from '../training/runConfig.ts'
import { folderOfRun } from '../training/runFolder.ts'

/**
 * Says how many of the pictures judged the run, and those whose weights it began with, learned from, where their data are
 * still at hand: two sets may share some.
 */
export async function learnedPictures(path: string, judged: Dataset, dataDir?: string): Promise<string[]> {
  if (judged.shape.length < 2) return []
  const said: string[] = []
  const own = folderOfRun(path)
  for (const { run, config } of runsBehind(path)) {
    const learned = await learnedBy(config, dataDir)
    if (!learned) continue
    const which = run === own ? 'the run' : `${run}, whose weights the run began with,`
    const { shared, testLength } = findOverlap(learned, judged)
    if (shared > 0)
      said.push(
        `${shared} of the ${testLength} examples judged are among those that ${which} learned from (${config.data.name}).`,
      )
  }
  return said
}

/** The training part of a run; undefined where it is no longer at hand, or is not of pictures. */
async function learnedBy(config: RunConfig, dataDir?: string): Promise<Dataset | undefined> {
  const { request, settings } = config.data
  if (request === undefined || settings?.signals || settings?.table) return undefined
  const { runDataAgain } = await import('../training/runData.ts')
  try {
    return (await runDataAgain(config, request, { dataDir })).train
  } catch (error) {
    // Moved away or changed since: then it cannot be known.
    if (error instanceof InklingError) return undefined
    throw error
  }
}

import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import { InklingError } from '../errors.ts'
import type { Ensemble } from '../training/ensemble.ts'
import { foldFolder, holdsFolds, readFolds } from '../training/foldsFile.ts'
import type { TestTimeAugmentation } from '../training/testTime.ts'
import { configOf } from './runs.ts'

/** Runs by what was named: a cross-validation stands for the runs of its folds. */
export function runsOf(named: readonly string[]): string[] {
  return named.flatMap(run => {
    if (!holdsFolds(run)) return [run]
    const { folds, finished } = readFolds(run)
    if (finished.length === folds) return finished.map(({ fold }) => foldFolder(run, fold))
    throw new InklingError(`only ${finished.length} of the ${folds} folds of ${run} are finished`, {
      hint: `Go on with: inkling train --resume ${run}`,
    })
  })
}

/** The models of one or several runs that answer together. @throws InklingError when their classes differ */
export async function loadMembers(runs: readonly string[]): Promise<Ensemble> {
  const twice = runs.find((run, i) => runs.indexOf(run) < i)
  if (twice !== undefined) throw new InklingError(`${twice} is named twice`, { exitCode: 2 })
  const [{ loadModel }, { Ensemble }] = await Promise.all([
    import('../training/trainable.ts'),
    import('../training/ensemble.ts'),
  ])
  const models = []
  for (const run of runs) models.push(await loadModel(run))
  return new Ensemble(models, runs)
}

/** What runs are called in results: `run` and `model` as of one, and a list where there are several. */
export function namesOf(
  runs: readonly string[],
  { members }: Ensemble,
): { run: string; runs?: string[]; model: string } {
  const model = [...new Set(members.map(({ name }) => name))].join(' + ')
  return { run: runs.join(' + '), ...(runs.length > 1 && { runs: [...runs] }), model }
}

/** How each run moves pictures for `--tta`: half as far as while it was trained, or a little where it was trained without. */
export async function ttaOf(runs: readonly string[], variants: number): Promise<TestTimeAugmentation[]> {
  const { halfOf, mildMoves } = await import('../training/testTime.ts')
  return runs.map(run => {
    const config = configOf(run)
    const trained = config?.recipe.augment as AugmentSettings | undefined
    return { variants, augment: trained ? halfOf(trained) : mildMoves, seed: config?.seed ?? 0 }
  })
}

/** What `--tta` does, in one line. */
export function ttaInWords(list: readonly TestTimeAugmentation[]): string {
  const moves = ({ augment }: TestTimeAugmentation) =>
    Object.entries(augment ?? {})
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  const kinds = [...new Set(list.map(moves))]
  return `Each picture is read as it is and in ${list[0].variants} variants (${kinds.join('; ')}); the probabilities are averaged.`
}

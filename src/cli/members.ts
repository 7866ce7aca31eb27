import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import { InklingError } from '../errors.ts'
import type { Ensemble } from '../training/ensemble.ts'
import type { TestTimeAugmentation } from '../training/testTime.ts'
import { configOf } from './runs.ts'

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

/** How each run moves pictures for `--tta`: as while it was trained, or mildly where it was trained without. */
export async function ttaOf(runs: readonly string[], variants: number): Promise<TestTimeAugmentation[]> {
  const { mildMoves } = await import('../training/testTime.ts')
  return runs.map(run => {
    const config = configOf(run)
    const augment = (config?.recipe.augment as AugmentSettings | undefined) ?? mildMoves
    return { variants, augment, seed: config?.seed ?? 0 }
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

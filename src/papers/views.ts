import { type Dataset, labelsOf } from '../data/dataset.ts'
import { evaluateProbabilities } from '../evaluation/evaluate.ts'
import { Standing } from '../training/standing.ts'
import { predictVariants, type TestTimeAugmentation } from '../training/testTime.ts'
import type { TrialContext } from './experiment.ts'
import type { Trained } from './training.ts'

/** Rows of a prediction's block. */
const BLOCK = 250

/** The accuracy of the mean over several views of each test picture. */
export async function severalViews(
  { model, parts }: Trained,
  { backend, seed }: TrialContext,
  views: Omit<TestTimeAugmentation, 'seed'>,
): Promise<{ accuracyViews: number }> {
  const test = parts.test as Dataset
  const standing = new Standing(backend, { ...model, scaling: model.scaling ?? {} })
  try {
    const { probabilities } = await predictVariants(standing, test, Math.min(BLOCK, test.length), { ...views, seed })
    return { accuracyViews: evaluateProbabilities(probabilities, labelsOf(test), test.classes).accuracy }
  } finally {
    await standing.close()
  }
}

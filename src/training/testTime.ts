import type { Dataset } from '../data/dataset.ts'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import { InklingError } from '../errors.ts'
import { averagePredictions } from './averaging.ts'
import type { Predictions } from './predictor.ts'
import type { Standing } from './standing.ts'

/** Test-time augmentation: pictures are read as they are and in some random variants, and the answers averaged. */
export interface TestTimeAugmentation {
  /** Variants beside the picture itself. */
  variants: number
  /** How they are made; default {@link mildMoves}. Better, for a model that learned moved pictures: {@link halfOf} those moves. */
  augment?: AugmentSettings
  /** Of the variants. Default 0. */
  seed?: number
}

/** What every picture bears: no flip, since digits and letters do not. */
export const mildMoves: AugmentSettings = { rotate: 3, zoom: 0.03, shiftX: 0.02, shiftY: 0.02 }

/** Half as far as in training, which helps more than as far (docs/settings.md); a mirror has no half. */
export function halfOf({ flip, elasticCells, crop, ...moves }: AugmentSettings): AugmentSettings {
  const halves = Object.entries(moves).map(([name, most]) => [name, most / 2])
  return JSON.parse(
    JSON.stringify({ ...Object.fromEntries(halves), flip, elasticCells, crop: crop && Math.round(crop / 2) }),
  )
}

/**
 * Predicts pictures as they are and in variants, with equal weights. Variant n is the same random move for every picture,
 * so that a picture's answer does not depend on those beside it.
 *
 * @throws InklingError (exit code 2) for examples that are no pictures
 */
export async function predictVariants(
  standing: Standing,
  dataset: Dataset,
  block: number,
  { variants, augment = mildMoves, seed = 0 }: TestTimeAugmentation,
): Promise<Predictions> {
  if (!(Number.isInteger(variants) && variants > 0))
    throw new InklingError(`test-time augmentation needs a whole number of variants above 0, got ${variants}`, {
      exitCode: 2,
    })
  if (!(dataset.features instanceof Uint8Array) || dataset.shape.length !== 3)
    throw new InklingError(`test-time augmentation is for pictures: ${dataset.name} holds numbers`, { exitCode: 2 })
  const made = [await standing.predict(dataset, block)]
  for (let number = 0; number < variants; number++)
    made.push(await standing.predict(dataset, block, { augment, seed, number }))
  return averagePredictions(made)
}

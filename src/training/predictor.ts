import type { Dataset } from '../data/dataset.ts'
import type { Feeds, Session } from '../engine/backend.ts'
import { sizeOf } from '../engine/graph.ts'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import { evaluationStep } from '../nn/evaluationStep.ts'
import type { InputForm } from '../nn/inputForm.ts'
import type { Model } from '../nn/model.ts'
import { overBlocks } from './blocks.ts'

/** What a model makes of examples: one row each, in the order of the dataset. */
export interface Predictions {
  /** [examples, classes]. */
  probabilities: Float32Array
  /** [examples, classes], before softmax (or sigmoid). */
  logits: Float32Array
  classes: number
}

/** A model ready to predict with the present weights of a session. */
export interface Predictor {
  /** @param variant with `augment`: which one of the seed's random moves all pictures make */
  predict(dataset: Dataset, variant?: { seed: number; number: number }): Promise<Predictions>
  dispose(): void
}

/** Examples in a block, where nobody asks for another size. */
export const PREDICT_BLOCK = 128

export interface PredictorOptions {
  /** Examples in a block. */
  block?: number
  /** Whether to read the running averages of the weights in their place. */
  averaged?: boolean
  /** To predict pictures moved at random by this. */
  augment?: AugmentSettings
}

/** Makes a model ready to predict examples of one input form, in blocks of a fixed size. */
export async function createPredictor(
  session: Session,
  model: Model,
  input: InputForm,
  { block = PREDICT_BLOCK, averaged = false, augment }: PredictorOptions = {},
): Promise<Predictor> {
  const { graph, outputs } = evaluationStep(model, { batch: block, input, averaged, augment })
  const step = await session.compile(graph, outputs)
  const classes = sizeOf(model.outputShape)
  return {
    async predict(dataset, { seed, number } = { seed: 0, number: 0 }) {
      // One place for all: how a picture moves depends on the variant alone, not on the pictures beside it.
      const moves: Feeds = augment ? { index: new Int32Array(block), epochSeed: Int32Array.of(seed, number) } : {}
      const probabilities = new Float32Array(dataset.length * classes)
      const logits = new Float32Array(dataset.length * classes)
      await overBlocks(
        step,
        dataset,
        block,
        undefined,
        (fetched, from, rows) => {
          probabilities.set(fetched.probabilities.subarray(0, rows * classes), from * classes)
          logits.set(fetched.logits.subarray(0, rows * classes), from * classes)
        },
        moves,
      )
      return { probabilities, logits, classes }
    },
    dispose: () => step.dispose(),
  }
}

import type { Dataset } from '../data/dataset.ts'
import type { Session } from '../engine/backend.ts'
import { correct } from '../engine/ops/index.ts'
import { evaluationStep } from '../nn/evaluationStep.ts'
import type { Loss } from '../nn/losses.ts'
import type { Model } from '../nn/model.ts'
import { labelFormOf } from './batches.ts'
import { overBlocks } from './blocks.ts'
import { type InputScaling, inputFormOf } from './input.ts'

/** Mean loss and accuracy of a dataset under the present weights of a session. */
export interface Validator {
  validate(): Promise<{ loss: number; accuracy?: number }>
}

export interface ValidatorOptions {
  loss: Loss
  /** Examples in a block. */
  block: number
  /** Whether to judge the running averages of the weights in their place. */
  averaged: boolean
  scaling?: InputScaling
}

/**
 * Makes a model ready to be validated with the loss that it trains with. The loss is fetched per example, so the
 * padding of the last block doesn't count.
 */
export async function createValidator(
  session: Session,
  model: Model,
  dataset: Dataset,
  { loss, block, averaged, scaling }: ValidatorOptions,
): Promise<Validator> {
  const form = labelFormOf(loss)
  const { graph, outputs, input } = evaluationStep(model, {
    batch: block,
    input: inputFormOf(dataset, scaling),
    averaged,
  })
  const { logits } = outputs
  const y =
    form === undefined
      ? input
      : form === 'oneHot'
        ? graph.input('y', [block, ...model.outputShape])
        : graph.input('y', [block], 'i32')
  const losses = graph.scope('loss', () => loss(logits, y, model.activate(logits)))
  // A picture that comes back has no class to be right about.
  const right = form ? graph.scope('loss', () => correct(logits, y)) : graph.constant(new Float32Array(block), [block])
  const step = await session.compile(graph, { losses, right })

  return {
    async validate() {
      let lossSum = 0
      let hits = 0
      await overBlocks(step, dataset, block, form, (fetched, _, rows) => {
        for (let i = 0; i < rows; i++) {
          lossSum += fetched.losses[i]
          hits += fetched.right[i]
        }
      })
      return { loss: lossSum / dataset.length, ...(form && { accuracy: hits / dataset.length }) }
    },
  }
}

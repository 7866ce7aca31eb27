import { type Dataset, gather, strideOf } from '../data/dataset.ts'
import type { Feeds } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import type { Loss, LossTarget } from '../nn/losses.ts'
import type { Model } from '../nn/model.ts'

/** How labels are fed: class ids [batch], or rows of zeros with a one [batch, classes]. */
export type LabelForm = 'integer' | 'oneHot'

/** What a loss is fed; nothing where it compares with the input. */
export function labelFormOf({ oneHot, target }: Pick<Loss, 'oneHot' | 'target'>): LabelForm | undefined {
  return target === 'input' ? undefined : oneHot ? 'oneHot' : 'integer'
}

/**
 * Gathers batches of a dataset into buffers that are used again and again (an executable copies what it is fed before
 * `run` returns).
 */
export interface Batches {
  /** Feeds `x` [batch, ...shape], `y` and `index` i32 [batch] for the examples at `positions`. */
  feeds(positions: ArrayLike<number>): Feeds
}

/** Batches of at most `size` examples of `dataset`. */
export function createBatches(dataset: Dataset, size: number, labels?: LabelForm): Batches {
  const stride = strideOf(dataset.shape)
  const classes = dataset.classes.length
  const bytes = dataset.features instanceof Uint8Array
  const x = bytes ? new Uint8Array(size * stride) : new Float32Array(size * stride)
  const y = new Int32Array(size)
  const hot = labels === 'oneHot' ? new Float32Array(size * classes) : undefined
  const index = new Int32Array(size)
  return {
    feeds(positions) {
      const n = positions.length
      gather(dataset, positions, x, labels ? y : undefined)
      for (let i = 0; i < n; i++) index[i] = positions[i]
      const feeds: Feeds = { x: x.subarray(0, n * stride), index: index.subarray(0, n) }
      if (hot) {
        hot.fill(0)
        for (let i = 0; i < n; i++) hot[i * classes + y[i]] = 1
        feeds.y = hot.subarray(0, n * classes)
      } else if (labels) feeds.y = y.subarray(0, n)
      return feeds
    },
  }
}

const show = (shape: readonly number[]) => `[${shape.join(', ')}]`

/** Checks that a model can read the examples of a dataset, whatever it makes of them. */
export function checkReads(dataset: Dataset, model: Model): void {
  if (dataset.length === 0) throw new InklingError(`${dataset.name} has no examples`)
  if (dataset.shape.join() !== model.inputShape.join())
    throw new InklingError(
      `${dataset.name} has examples of shape ${show(dataset.shape)}, model ${model.name} reads ${show(model.inputShape)}`,
      { hint: 'Take a model for this shape, or other data.' },
    )
}

/** Checks that a model can read a dataset and, where `labels` is set, learn from it or be judged by it. */
export function checkFits(
  dataset: Dataset,
  model: Model,
  { labels, target }: { labels: boolean; target?: LossTarget },
): void {
  checkReads(dataset, model)
  if (target === 'input') {
    if (model.outputShape.join() === model.inputShape.join()) return
    throw new InklingError(
      `a loss against the input needs an output of its shape; model ${model.name} makes ${show(model.outputShape)} of ${show(model.inputShape)}`,
      { exitCode: 2 },
    )
  }
  if (model.outputShape.length !== 1 || dataset.classes.length !== model.outputShape[0])
    throw new InklingError(
      `${dataset.name} has ${dataset.classes.length} classes, model ${model.name} gives ${show(model.outputShape)}`,
      { hint: 'The last layer must have one unit per class.' },
    )
  if (labels && !dataset.labels) throw new InklingError(`${dataset.name} has no labels to learn or judge by`)
}

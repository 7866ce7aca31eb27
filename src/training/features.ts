import type { Dataset } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { Graph, sizeOf, type Tensor } from '../engine/graph.ts'
import { InklingError, nearest } from '../errors.ts'
import { Builder } from '../nn/context.ts'
import { inputValues } from '../nn/inputForm.ts'
import type { LayerTrace, Model } from '../nn/model.ts'
import { checkReads } from './batches.ts'
import { overBlocks } from './blocks.ts'
import { inputFormOf } from './input.ts'
import type { WeightedModel } from './predictDataset.ts'
import { PREDICT_BLOCK } from './predictor.ts'
import { writeWeights } from './state.ts'

/** What a layer makes of examples. */
export interface Features {
  /** [examples, columns]. */
  values: Float32Array
  columns: number
  /** Whose output it is, or `before <name>`. */
  layer: string
}

/**
 * What a trained model has made of every example at one of its layers.
 *
 * @param layer its name in the summary; default: what goes into the last layer with weights (the penultimate layer)
 */
export async function featuresOf(
  backend: Backend,
  { model, weights, scaling }: WeightedModel,
  dataset: Dataset,
  { layer, block = Math.min(PREDICT_BLOCK, dataset.length) }: { layer?: string; block?: number } = {},
): Promise<Features> {
  checkReads(dataset, model)
  const graph = new Graph()
  const builder = new Builder(graph, { training: false })
  const steps: LayerTrace[] = []
  const x = inputValues(graph, model, block, inputFormOf(dataset, scaling))
  model.buildOutputs(builder, x, undefined, step => steps.push(step))
  const chosen = layer === undefined ? penultimate(model, steps, x) : named(model, steps, layer)
  const columns = sizeOf(chosen.value.shape.slice(1))
  const values = new Float32Array(dataset.length * columns)
  const session = backend.createSession()
  try {
    const step = await session.compile(graph, { y: chosen.value })
    writeWeights(session, model, weights)
    await overBlocks(step, dataset, block, undefined, ({ y }, from, rows) =>
      values.set(y.subarray(0, rows * columns), from * columns),
    )
  } finally {
    await session.close()
  }
  return { values, columns, layer: chosen.name }
}

function penultimate(model: Model, steps: readonly LayerTrace[], x: Tensor): { value: Tensor; name: string } {
  const last = steps.findLastIndex(step => step.weighted)
  const before = steps.slice(0, Math.max(0, last)).some(step => step.weighted)
  if (!before || steps[last].input === x)
    throw new InklingError(`model ${model.name} has no layer with weights before its last: it has no features`, {
      hint: 'Take a deeper model, or the pixels themselves.',
    })
  return { value: steps[last].input, name: `before ${steps[last].name}` }
}

function named(model: Model, steps: readonly LayerTrace[], layer: string): { value: Tensor; name: string } {
  const found = steps.find(step => step.name === layer)
  if (found) return { value: found.output, name: layer }
  const names = steps.map(step => step.name)
  const near = nearest(layer, names)
  throw new InklingError(`model ${model.name} has no layer "${layer}"${near ? `; did you mean "${near}"?` : ''}`, {
    exitCode: 2,
    hint: `It has ${names.join(', ')}.`,
  })
}

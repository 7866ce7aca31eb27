import { expect } from 'vitest'
import { gradients } from '../../src/engine/autodiff.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { Graph, sizeOf } from '../../src/engine/graph.ts'
import { multiply, sum } from '../../src/engine/ops/index.ts'
import {
  adam,
  Builder,
  decodeWeights,
  dense,
  encodeWeights,
  evaluationStep,
  flatten,
  initialState,
  type Layer,
  sequential,
  trainingStep,
} from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { expectClose } from './close.ts'

export interface LayerCase {
  /** A fresh layer at each call. */
  make(): Layer
  inputShape: number[]
  outputShape: number[]
  /** Shapes of its parameters by name. */
  parameters?: Record<string, number[]>
  /** How many of their values may train; default all. */
  trainable?: number
  /** Set for layers with corners (ReLU, max): values keep away from 0 by this. */
  gap?: number
}

const BATCH = 3
const EPSILON = 1e-3

/** Shapes, names and counts that add up, weights that survive a file, first values that depend on the seed alone. */
export function checkDescription({ make, inputShape, outputShape, parameters = {}, trainable }: LayerCase): void {
  const model = sequential(inputShape, [make()])
  expect(model.outputShape).toEqual(outputShape)
  const { layers, parameters: counts } = model.summary()
  const { name, type } = layers[layers.length - 1]
  expect(name).toBe(`${type.charAt(0).toLowerCase()}${type.slice(1)}_1`)
  expect(layers[layers.length - 1].outputShape).toEqual(outputShape)
  const declared = Object.fromEntries(model.parameters().map(p => [p.name, p.shape]))
  expect(declared).toEqual(Object.fromEntries(Object.entries(parameters).map(([p, shape]) => [`${name}/${p}`, shape])))
  const total = Object.values(parameters).reduce((n, shape) => n + sizeOf(shape), 0)
  expect(counts).toEqual({ total, trainable: trainable ?? total })
  expect(layers.reduce((n, l) => n + l.parameters, 0)).toBe(total)

  const weights = model.initialWeights(3)
  expect(decodeWeights(model, encodeWeights(model, weights))).toEqual(weights)
  expect(model.initialWeights(3)).toEqual(weights)
}

/** Gradients of sum(y * dy) with respect to input and parameters against central differences, in training mode. */
export async function checkGradients({ make, inputShape, gap = 0 }: LayerCase): Promise<void> {
  const random = createRandom(11)
  const graph = new Graph()
  const builder = new Builder(graph, { training: true })
  const x = graph.input('x', [BATCH, ...inputShape])
  const y = builder.apply(make(), x)
  const dy = Float64Array.from({ length: sizeOf(y.shape) }, () => random.normal())
  const loss = sum(multiply(y, graph.input('dy', y.shape)))
  const trained = [...graph.parameters.values()].filter(p => p.trainable)
  const slopes = gradients(loss, [x, ...trained.map(p => p.tensor)])
  const session = createReferenceBackend().createSession()
  const run = await session.compile(graph, { loss, ...Object.fromEntries(slopes.map((g, i) => [`g${i}`, g])) })

  const values = Float64Array.from({ length: sizeOf(x.shape) }, () => {
    const v = random.normal()
    return v + Math.sign(v) * gap
  })
  for (const d of builder.declarations.values())
    session.write(
      d.name,
      d.initializer(d.shape, random.fork(d.name)).map(v => v + 0.1 * random.normal()),
    )
  const outputs = async () => (await run.run({ x: values, dy, seed: [1, 1] })) as Record<string, Float32Array>
  const exact = await outputs()
  const check = async (what: string, length: number, found: Float32Array, nudge: (i: number, by: number) => void) => {
    const estimate = new Float64Array(length)
    for (let i = 0; i < length; i++) {
      nudge(i, EPSILON)
      const above = (await outputs()).loss[0]
      nudge(i, -2 * EPSILON)
      const below = (await outputs()).loss[0]
      nudge(i, EPSILON)
      estimate[i] = (above - below) / (2 * EPSILON)
    }
    expectClose(found, estimate, 3e-3, what)
  }
  await check('dx', values.length, exact.g0, (i, by) => {
    values[i] += by
  })
  for (const [n, p] of trained.entries()) {
    const held = Float64Array.from(session.read(p.name))
    await check(p.name, held.length, exact[`g${n + 1}`], (i, by) => {
      held[i] += by
      session.write(p.name, held)
    })
  }
}

/**
 * With a dense layer behind it: twenty steps on one batch must lower the loss, and probabilities must add up to 1.
 *
 * @returns the losses, to compare backends by
 */
export async function checkLearning({ make, inputShape }: LayerCase, backend: Backend): Promise<number[]> {
  const model = sequential(inputShape, [make(), flatten(), dense(3)])
  const optimizer = adam(0.02)
  const input = { dtype: 'f32' } as const
  const { graph, outputs } = trainingStep(model, { batch: BATCH, input, optimizer })
  const session = backend.createSession()
  const step = await session.compile(graph, outputs)
  const weights = model.initialWeights(5)
  for (const [name, values] of [...weights, ...initialState(model, optimizer, weights)]) session.write(name, values)
  const random = createRandom(4)
  const x = Float32Array.from({ length: BATCH * sizeOf(inputShape) }, () => random.normal())
  const losses: number[] = []
  for (let i = 1; i <= 20; i++) {
    const { loss, stopped } = await step.run({ x, y: [0, 1, 2], seed: [9, i], hyper: optimizer.hyper(i) })
    expect(stopped[0]).toBe(0)
    losses.push(loss[0])
  }
  const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length
  expect(mean(losses.slice(-4)), losses.join(' ')).toBeLessThan(0.9 * mean(losses.slice(0, 2)))

  const evaluation = evaluationStep(model, { batch: BATCH, input })
  const predict = await session.compile(evaluation.graph, evaluation.outputs)
  const { probabilities } = await predict.run({ x })
  for (let n = 0; n < BATCH; n++)
    expect([...probabilities.slice(3 * n, 3 * n + 3)].reduce((a, b) => a + b)).toBeCloseTo(1, 5)
  await session.close()
  return losses
}

// Layers, losses, optimizers and schedules against PyTorch; see test/fixtures/record_nn.py.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gradients } from '../../src/engine/autodiff.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { Graph } from '../../src/engine/graph.ts'
import { concat, mean, multiply, sum } from '../../src/engine/ops/index.ts'
import {
  Builder,
  createOptimizer,
  initialState,
  type Layer,
  layer,
  lossOf,
  sequential,
  trainingStep,
} from '../../src/nn/index.ts'
import * as layerFunctions from '../../src/nn/layers/index.ts'
import { scheduleFactor } from '../../src/nn/schedules.ts'
import { backends } from '../backends.ts'
import { expectClose } from './close.ts'
import { fixtures } from './fixtures.ts'

const text = (value: unknown) => JSON.stringify(value)

describe.each(backends)('$name', ({ create, tolerance }) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await create()
  })
  afterAll(() => backend.close())

  test.each(fixtures.layers.map(f => ({ ...f, title: `${text(f.layer)} on [${f.inputShape}]` })))('$title', async f => {
    const [name, ...args] = f.layer
    const made = (layerFunctions as never as Record<string, (...a: unknown[]) => Layer>)[name](...args)
    const graph = new Graph()
    const builder = new Builder(graph, { training: true })
    const x = graph.input('x', [f.batch, ...f.inputShape])
    const y = builder.apply(made, x)
    const dy = graph.input('dy', y.shape)
    const own = (full: string) => full.slice(full.indexOf('/') + 1)
    const trained = [...graph.parameters.values()].filter(p => p.trainable)
    const [dx, ...found] = gradients(sum(multiply(y, dy)), [x, ...trained.map(p => p.tensor)])
    builder.finishStatistics()
    const session = backend.createSession()
    const run = await session.compile(graph, {
      y,
      dx,
      ...Object.fromEntries(trained.map((p, i) => [own(p.name), found[i]])),
    })
    for (const full of builder.declarations.keys()) session.write(full, f.parameters[own(full)])
    const outputs = (await run.run({ x: f.x, dy: f.dy })) as Record<string, Float32Array>
    expectClose(outputs.y, f.y, tolerance, 'y')
    expectClose(outputs.dx, f.dx, tolerance, 'dx')
    expect(trained.map(p => own(p.name)).sort()).toEqual(Object.keys(f.gradients).sort())
    for (const [p, values] of Object.entries(f.gradients))
      expectClose(outputs[p], values, tolerance, `gradient of ${p}`)
    for (const full of builder.declarations.keys())
      if (f.after[own(full)]) expectClose(session.read(full), f.after[own(full)], tolerance, full)
    await session.close()
  })

  test.each(fixtures.losses.map(f => ({ ...f, title: `${text(f.loss)}, ${f.labels} labels` })))('$title', async f => {
    const graph = new Graph()
    const logits = graph.input('logits', f.shape)
    const y = f.labels === 'integer' ? graph.input('y', [f.shape[0]], 'i32') : graph.input('y', f.shape)
    const values = lossOf(f.loss)(logits, y, logits)
    const [gradient] = gradients(mean(values), [logits])
    const session = backend.createSession()
    const outputs = await (await session.compile(graph, { values, gradient })).run({ logits: f.logits, y: f.y })
    expectClose(outputs.values, f.values, tolerance)
    expectClose(outputs.gradient, f.gradient, tolerance, 'gradient')
    await session.close()
  })

  test.each(fixtures.optimizers.map(f => ({ ...f, title: text(f.optimizer) })))('$title', async f => {
    // The loss is the sum of parameters times what is fed, so that their gradient is what is fed.
    const linear = layer('Linear', (x, ctx) => {
      const w = ctx.parameter('weight', [6], 'zeros')
      const b = ctx.parameter('bias', [3], 'zeros', { kind: 'bias' })
      return sum(multiply(x, concat([w, b])), 1, true)
    })
    const model = sequential([9], [linear])
    const optimizer = createOptimizer(f.optimizer)
    const { graph, outputs } = trainingStep(model, {
      batch: 1,
      input: { dtype: 'f32' },
      loss: logits => sum(logits, 1),
      optimizer,
    })
    const session = backend.createSession()
    const step = await session.compile(graph, outputs)
    const start = new Map([
      ['linear_1/weight', Float32Array.from(f.weight)],
      ['linear_1/bias', Float32Array.from(f.bias)],
    ])
    for (const [name, values] of [...start, ...initialState(model, optimizer, start)]) session.write(name, values)
    for (const [i, x] of f.gradients.entries()) {
      await step.run({ x, y: [0], seed: [0, i], hyper: optimizer.hyper(i + 1) })
      expectClose(session.read('linear_1/weight'), f.after[i].weight, tolerance, `weight after step ${i + 1}`)
      expectClose(session.read('linear_1/bias'), f.after[i].bias, tolerance, `bias after step ${i + 1}`)
      const { average } = f.after[i]
      if (average) expectClose(session.read('average/linear_1/weight'), average, tolerance, 'average')
    }
    await session.close()
  })
})

test.each(fixtures.schedules.map(f => ({ ...f, title: text(f.schedule) })))(
  '$title',
  ({ schedule, totalSteps, factors }) => {
    const found = factors.map((_, step) => scheduleFactor(schedule, { step, totalSteps, stepsPerEpoch: 4 }))
    expectClose(found, factors, 1e-12)
  },
)

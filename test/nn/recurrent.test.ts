// Recurrent layers, stacked, both ways and with lengths, against PyTorch; see test/fixtures/record_nn.py.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gradients } from '../../src/engine/autodiff.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { Graph, type Tensor } from '../../src/engine/graph.ts'
import { multiply, sum } from '../../src/engine/ops/index.ts'
import * as nn from '../../src/nn/index.ts'
import { backends } from '../backends.ts'
import { expectClose } from './close.ts'
import { fixtures } from './fixtures.ts'

const [BATCH, TIME, FEATURES, UNITS] = [3, 5, 3, 4]
type Fixture = (typeof fixtures.recurrent)[number]

const cells = { lstm: nn.lstm, gru: nn.gru }

const titleOf = ({ cell, activation, layers, bidirectional, lengths, sequences }: Fixture) =>
  [
    `${layers} x ${cell}${activation === 'relu' ? ' relu' : ''}`,
    bidirectional ? 'both ways' : 'one way',
    lengths ? `lengths ${lengths}` : 'no lengths',
    sequences ? 'all states' : 'last state',
  ].join(', ')

/** x and lengths -> the last layer's output. */
function network({ cell, activation, layers, bidirectional, sequences }: Fixture) {
  const x = nn.input([TIME, FEATURES])
  const lengths = nn.input([], { dtype: 'i32', name: 'lengths' })
  let y = x
  for (let i = 0; i < layers; i++) {
    const options = { returnSequences: sequences || i < layers - 1 }
    const inner = cell === 'simpleRnn' ? nn.simpleRnn(UNITS, { ...options, activation }) : cells[cell](UNITS, options)
    y = (bidirectional ? nn.bidirectional(inner) : inner)(y, lengths)
  }
  return nn.functional([x, lengths], y)
}

describe.each(backends)('$name', ({ create, tolerance }) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await create()
  })
  afterAll(() => backend.close())

  test.each(fixtures.recurrent.map(f => ({ ...f, title: titleOf(f) })))('$title', async f => {
    const graph = new Graph()
    const builder = new nn.Builder(graph, { training: true })
    const x = graph.input('x', [BATCH, TIME, FEATURES])
    const y = network(f).build(builder, x)
    const dy = graph.input('dy', y.shape)
    const trained = [...graph.parameters.values()]
    const [dx, ...found] = gradients(sum(multiply(y, dy)), [x, ...trained.map(p => p.tensor)])
    const session = backend.createSession()
    const wanted: Record<string, Tensor> = { y, dx }
    trained.forEach((p, i) => {
      wanted[p.name] = found[i]
    })
    const run = await session.compile(graph, wanted)
    expect(trained.map(p => p.name).sort()).toEqual(Object.keys(f.gradients).sort())
    for (const [name, values] of Object.entries(f.parameters)) session.write(name, values)
    const lengths = f.lengths ?? new Array(BATCH).fill(TIME)
    const outputs = await run.run({ x: f.x, dy: f.dy, lengths })
    // Beyond its length a sequence keeps its state here; PyTorch gives zeros.
    const width = y.shape[y.shape.length - 1]
    const within = (values: ArrayLike<number>) =>
      Array.from(values).filter((_, i) => {
        const row = Math.floor(i / width)
        return !f.sequences || row % TIME < lengths[Math.floor(row / TIME)]
      })
    expectClose(within(outputs.y), within(f.y), tolerance, 'y')
    expectClose(outputs.dx, f.dx, tolerance, 'dx')
    for (const [name, values] of Object.entries(f.gradients))
      expectClose(outputs[name], values, tolerance, `gradient of ${name}`)
    await session.close()
  })

  test('lengths found from padding give what lengths given do', async () => {
    const [x, lengths] = [nn.input([TIME, FEATURES]), nn.input([], { dtype: 'i32', name: 'lengths' })]
    const given = nn.functional([x, lengths], nn.lstm(UNITS)(x, lengths))
    const found = nn.functional(x, nn.lstm(UNITS)(x, nn.sequenceLengths()(x)))
    const list = [2, 5, 1]
    // A zero within a step, or a step of zeros within a sequence, is no padding.
    const values = Float32Array.from({ length: BATCH * TIME * FEATURES }, (_, i) => {
      const [b, t] = [Math.floor(i / TIME / FEATURES), Math.floor(i / FEATURES) % TIME]
      return t >= list[b] || (b === 1 && t === 2) || i % FEATURES === 1 ? 0 : Math.sin(i)
    })
    const outputs = await Promise.all(
      [given, found].map(async model => {
        const { graph, outputs } = nn.evaluationStep(model, { batch: BATCH, input: { dtype: 'f32' } })
        const session = backend.createSession()
        const run = await session.compile(graph, { logits: outputs.logits })
        for (const [name, w] of model.initialWeights(3)) session.write(name, w)
        const { logits } = await run.run({ x: values, ...(model === given ? { lengths: list } : {}) })
        await session.close()
        return logits
      }),
    )
    expect(outputs[1]).toEqual(outputs[0])
  })
})

test('first values as in Keras: forget gate 1, orthogonal recurrent kernel, zeros elsewhere', () => {
  const weights = nn.sequential([6, 5], [nn.lstm(4)]).initialWeights(1)
  expect([...weights.get('lstm_1/bias')!]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  const u = weights.get('lstm_1/recurrentKernel')!
  for (let a = 0; a < 4; a++)
    for (let b = 0; b < 4; b++) {
      let dot = 0
      for (let i = 0; i < 16; i++) dot += u[a * 16 + i] * u[b * 16 + i]
      expect(dot).toBeCloseTo(a === b ? 1 : 0, 5)
    }
  const bound = Math.sqrt(6 / (5 + 16))
  expect(weights.get('lstm_1/kernel')!.every(w => Math.abs(w) <= bound)).toBe(true)
  const plain = nn.sequential([6, 5], [nn.lstm(4, { unitForgetBias: false })]).initialWeights(1)
  expect(plain.get('lstm_1/bias')!.every(v => v === 0)).toBe(true)
})

test('a bidirectional layer has a forward and a backward layer, each with weights of its own', async () => {
  const model = nn.sequential([6, 2], [nn.bidirectional(nn.gru(3), { merge: 'sum' })])
  expect(model.summary().layers.map(l => [l.name, l.type, l.outputShape, l.parameters])).toEqual([
    ['bidirectional_1/forward', 'gru', [3], 63],
    ['bidirectional_1/backward', 'gru', [3], 63],
    ['bidirectional_1', 'bidirectional', [3], 0],
  ])
  const { graph, outputs } = nn.evaluationStep(model, { batch: 1, input: { dtype: 'f32' } })
  const session = createReferenceBackend().createSession()
  const run = await session.compile(graph, outputs)
  for (const [name, values] of model.initialWeights(2)) session.write(name, values)
  for (const name of session.names())
    if (name.includes('backward')) session.write(name, session.read(name.replace('backward', 'forward')))
  // With the same weights both ways a sequence and its mirror image are the same.
  const x = Float32Array.from({ length: 12 }, (_, i) => Math.cos(i))
  const mirrored = x.map((_, i) => x[(5 - Math.floor(i / 2)) * 2 + (i % 2)])
  expectClose((await run.run({ x })).logits, (await run.run({ x: mirrored })).logits, 1e-7)
})

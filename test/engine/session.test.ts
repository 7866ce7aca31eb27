import { afterAll, describe, expect, test } from 'vitest'
import { gradients } from '../../src/engine/autodiff.ts'
import type { Backend } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { Graph, type Op, type Tensor } from '../../src/engine/graph.ts'
import { relu } from '../../src/engine/ops/activations.ts'
import { add } from '../../src/engine/ops/arithmetic.ts'
import { conv2d } from '../../src/engine/ops/conv2d.ts'
import { matmul } from '../../src/engine/ops/matmul.ts'
import { HYPER, HYPER_SIZE } from '../../src/engine/ops/optimizerRule.ts'
import { log, square } from '../../src/engine/ops/pointwise.ts'
import { mean } from '../../src/engine/ops/reduce.ts'
import { accumulate, clear, finiteGuard, update } from '../../src/engine/ops/updates.ts'
import { adam } from '../../src/nn/optimizers.ts'

const backends: [string, Backend][] = [
  ['reference', createReferenceBackend()],
  ['wasm, 1 thread', await createWasmBackend({ threads: 1, guarded: true })],
  ['wasm, 2 threads', await createWasmBackend({ threads: 2 })],
  ['wasm, calling thread', await createWasmBackend({ threads: 0 })],
]
afterAll(() => Promise.all(backends.map(([, b]) => b.close())))

/** One SGD step of y = x w towards 0, with the watch for NaN. */
function sgdStep() {
  const graph = new Graph()
  const x = graph.input('x', [2, 3])
  const hyper = graph.input('hyper', [HYPER_SIZE])
  const w = graph.parameter('w', [3, 1])
  const stopped = graph.parameter('stopped', [1], { trainable: false, kind: 'state' })
  const loss = graph.scope('head', () => mean(square(log(matmul(x, w)))))
  const [gradient] = gradients(loss, [w])
  finiteGuard(stopped, [loss, gradient])
  update('sgd', { parameter: w, gradient, hyper, stopped, scale: graph.constant([1], [1]), states: [] })
  return { graph, loss }
}
const hyper = (rate: number) => {
  const block = new Float32Array(HYPER_SIZE)
  block[HYPER.rate] = rate
  return block
}

describe.each(backends)('%s', (name, backend) => {
  test('runs under way see the parameters as the one before left them', async () => {
    const session = backend.createSession()
    const { graph, loss } = sgdStep()
    const step = await session.compile(graph, { loss })
    session.write('w', [1, 2, 3])
    const feeds = { x: [1, 2, 3, 4, 5, 6], hyper: hyper(0.05) }
    const together = await Promise.all(Array.from({ length: 9 }, () => step.run(feeds)))
    const ahead = session.read('w')
    session.write('w', [1, 2, 3])
    const apart: number[] = []
    for (let i = 0; i < 9; i++) apart.push((await step.run(feeds)).loss[0])
    expect(together.map(r => r.loss[0])).toEqual(apart)
    expect(session.read('w')).toEqual(ahead)
    expect(apart[8]).toBeLessThan(apart[0])
    await session.close()
  })

  test('feeds may be changed as soon as run returned', async () => {
    const session = backend.createSession()
    const graph = new Graph()
    const run = await session.compile(graph, { y: square(graph.input('x', [4])) })
    const x = new Float32Array(4)
    const results = []
    for (let i = 0; i < 8; i++) {
      x.fill(i)
      results.push(run.run({ x }))
    }
    expect((await Promise.all(results)).map(r => r.y[3])).toEqual([0, 1, 4, 9, 16, 25, 36, 49])
    await session.close()
  })

  test('a NaN stops all updates until the host clears the flag, and its layer is named', async () => {
    const session = backend.createSession()
    const { graph, loss } = sgdStep()
    const step = await session.compile(graph, { loss })
    session.write('w', [1, 2, 3])
    const bad = { x: [1, 2, 3, -4, -5, -6], hyper: hyper(0.05) }
    const good = { x: [1, 2, 3, 4, 5, 6], hyper: hyper(0.05) }
    const [first] = await Promise.all([step.run(bad), step.run(good)])
    expect(first.loss[0]).toBeNaN()
    expect([...session.read('w')]).toEqual([1, 2, 3])
    expect(session.read('stopped')[0]).not.toBe(0)
    expect(await step.findNonFinite(bad)).toEqual({ scope: 'head', op: 'log' })
    session.write('stopped', [0])
    await step.run(good)
    expect([...session.read('w')]).not.toEqual([1, 2, 3])
    await session.close()
  })

  test('several plans share the parameters; scratch may grow for a later one', async () => {
    const session = backend.createSession()
    const plan = async (batch: number) => {
      const graph = new Graph()
      const y = relu(add(matmul(graph.input('x', [batch, 2]), graph.parameter('w', [2, 2])), graph.parameter('b', [2])))
      return session.compile(graph, { y })
    }
    const small = await plan(1)
    const large = await plan(1000)
    session.write('w', [1, 2, 3, 4])
    session.write('b', [0.5, -100])
    expect([...(await small.run({ x: [1, 1] })).y]).toEqual([4.5, 0])
    expect((await large.run({ x: new Float32Array(2000).fill(1) })).y.filter(v => v === 4.5)).toHaveLength(1000)
    expect([...(await small.run({ x: [1, 1] })).y]).toEqual([4.5, 0])
    small.dispose()
    expect([...(await large.run({ x: new Float32Array(2000).fill(1) })).y.slice(0, 2)]).toEqual([4.5, 0])
    await session.close()
  })

  test('an op without a kernel runs its reference between kernels', async () => {
    const cube: Op<object> = {
      name: 'cube',
      infer: ([x]) => [{ shape: x.shape, dtype: 'f32' }],
      gradient: (node, [dy]) => (dy ? [dy.graph.add(cubeGradient, [dy, node.inputs[0]], {})[0]] : []),
      reference({ inputs: [x], outputs: [y] }) {
        for (let i = 0; i < y.length; i++) y[i] = x[i] ** 3
      },
    }
    const cubeGradient: Op<object> = {
      name: 'cubeGradient',
      infer: ([dy]) => [{ shape: dy.shape, dtype: 'f32' }],
      reference({ inputs: [dy, x], outputs: [dx] }) {
        for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * 3 * x[i] ** 2
      },
    }
    const session = backend.createSession()
    const graph = new Graph()
    const x = graph.input('x', [3])
    const [y] = graph.add(cube, [square(x)], {})
    const loss = mean(y)
    const [dx] = gradients(loss, [x])
    const run = await session.compile(graph, { y, dx })
    const results = await Promise.all([1, 2, 3, 4, 5].map(v => run.run({ x: [v, -v, 1] })))
    results.forEach((r, i) => {
      const v = i + 1
      expect([...r.y]).toEqual([v ** 6, v ** 6, 1])
      expect(r.dx[0]).toBeCloseTo(2 * v ** 5, 2)
    })
    await session.close()
  })

  test('sums grow from run to run and plan to plan, until they are cleared', async () => {
    const session = backend.createSession()
    const plan = async (build: (sums: Tensor[], graph: Graph) => void) => {
      const graph = new Graph()
      build([graph.parameter('long', [37, 53]), graph.parameter('short', [3])], graph)
      return await session.compile(graph, {})
    }
    const adding = await plan((sums, graph) =>
      accumulate(sums, [graph.input('a', [37, 53]), square(graph.input('b', [3]))]),
    )
    const clearing = await plan(sums => clear(sums))
    const a = Float32Array.from({ length: 37 * 53 }, (_, i) => i)
    await Promise.all([adding.run({ a, b: [1, 2, 3] }), adding.run({ a, b: [0, 1, 2] })])
    expect(session.read('long')).toEqual(a.map(v => 2 * v))
    expect([...session.read('short')]).toEqual([1, 5, 13])
    await clearing.run({})
    await adding.run({ a, b: [1, 1, 1] })
    expect(session.read('long')).toEqual(a)
    expect([...session.read('short')]).toEqual([1, 1, 1])
    const graph = new Graph()
    const [sum, value] = [graph.parameter('sum', [3]), graph.input('value', [4])]
    expect(() => accumulate([sum], [value])).toThrow(/accumulate: got \[3\] and \[4\]; expected equal shapes/)
    await session.close()
  })

  test('wrong feeds are named', async () => {
    const session = backend.createSession()
    const graph = new Graph()
    const run = await session.compile(graph, { y: square(graph.input('x', [4])) })
    const failure = async (feeds: Record<string, number[]>) => {
      try {
        await run.run(feeds)
      } catch (error) {
        return (error as Error).message
      }
      return 'no error'
    }
    expect(await failure({})).toMatch(/input "x" of shape \[4\] is not fed/)
    expect(await failure({ x: [1, 2] })).toMatch(/\[4\], 4 values; got 2/)
    await session.close()
  })
  void name
})

test('states that decay become 0, never subnormal: those are slow', async () => {
  const backend = await createWasmBackend({ threads: 1 })
  const session = backend.createSession()
  const graph = new Graph()
  const state = (name: string) => graph.parameter(name, [3], { trainable: false, kind: 'state' })
  update('adam', {
    parameter: graph.parameter('w', [3]),
    gradient: graph.input('gradient', [3]),
    hyper: graph.input('hyper', [HYPER_SIZE]),
    stopped: graph.parameter('stopped', [1], { trainable: false, kind: 'state' }),
    scale: graph.constant([1], [1]),
    states: [state('mean'), state('square')],
  })
  const step = await session.compile(graph, {})
  session.write('mean', [1e-36, 1e-30, 0])
  session.write('square', [1e-36, 1e-30, 0])
  await step.run({ gradient: [1e-40, 1e-25, 1e-19], hyper: adam(1e-3).hyper(1, 1e-3) })
  for (const name of ['mean', 'square']) {
    const [decayed, kept, never] = session.read(name)
    expect([decayed, never]).toEqual([0, 0])
    expect(kept).toBeGreaterThan(8e-31)
  }
  await backend.close()
})

test('more memory than the limit is refused with ways out', async () => {
  const backend = await createWasmBackend({ threads: 1, memoryLimit: 64 * 2 ** 20 })
  const session = backend.createSession()
  const graph = new Graph()
  const y = conv2d(graph.input('x', [64, 256, 256, 3]), graph.parameter('w', [3, 3, 3, 64]))
  await expect(session.compile(graph, { y })).rejects.toThrow(/needs \d+ MiB of working memory/)
  await backend.close()
})

test('an arena is smaller than the sum of its tensors', async () => {
  const backend = await createWasmBackend({ threads: 1 })
  const session = backend.createSession()
  const graph = new Graph()
  let y = graph.input('x', [32, 64])
  for (let i = 0; i < 10; i++) y = relu(matmul(y, graph.parameter(`w${i}`, [64, 64])))
  const { memory } = await session.compile(graph, { y })
  expect(memory.arena).toBeLessThan(memory.tensors / 2)
  await backend.close()
})

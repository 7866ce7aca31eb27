// What every op must hold: gradients as finite differences say, backends that agree.
import { gradients } from '../../src/engine/autodiff.ts'
import type { Backend, Feeds } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { type Graph, sizeOf, type Tensor } from '../../src/engine/graph.ts'
import { add, multiply } from '../../src/engine/ops/arithmetic.ts'
import { sum } from '../../src/engine/ops/reduce.ts'
import { createRandom } from '../../src/random.ts'
import type { Built, Case } from './cases.ts'

/** sum(weight * output) over the f32 outputs, with random weights that are fed. */
function weightedSum({ graph, outputs, feeds }: Built, seed: number): Tensor {
  const random = createRandom(seed).fork('weights')
  let total: Tensor | undefined
  for (const [i, y] of outputs.entries()) {
    feeds[`weights${i}`] = Float64Array.from({ length: sizeOf(y.shape) }, () => random.normal())
    const part = sum(multiply(y, graph.input(`weights${i}`, y.shape)))
    total = total ? add(total, part) : part
  }
  return total as Tensor
}

/** The built case with its loss and gradients: { loss, y0, y1, .., d0, d1, .. }. */
function withGradients(c: Case, seed: number) {
  const built = c.build(createRandom(seed))
  const outputs: Record<string, Tensor> = {}
  built.outputs.forEach((y, i) => {
    outputs[`y${i}`] = y
  })
  if (built.wrt.length) {
    const loss = weightedSum(built, seed)
    outputs.loss = loss
    gradients(loss, built.wrt).forEach((d, i) => {
      outputs[`d${i}`] = d
    })
  }
  return { built, outputs }
}

/** Compares the gradients with central differences in float64 at up to 12 places of every input. */
export async function checkGradients(c: Case, seed: number): Promise<void> {
  const built = c.build(createRandom(seed))
  if (!built.wrt.length) return
  const loss = weightedSum(built, seed)
  const slopes = gradients(loss, built.wrt)
  const captured = captureFloat64(built, slopes, loss)
  const random = createRandom(seed).fork('places')
  for (let i = 0; i < built.wrt.length; i++) {
    const name = built.wrt[i].node.attrs.name as string
    const values = built.feeds[name] as Float64Array
    for (let trial = 0; trial < 12; trial++) {
      const at = random.int(values.length)
      const held = values[at]
      const step = 1e-6 * Math.max(1, Math.abs(held))
      values[at] = held + step
      const up = captured.loss()
      values[at] = held - step
      const down = captured.loss()
      values[at] = held
      const numeric = (up - down) / (2 * step)
      const exact = captured.slope(i, at)
      const scale = Math.max(1, Math.abs(numeric), Math.abs(exact))
      if (!(Math.abs(numeric - exact) <= 2e-6 * scale))
        throw new Error(`${c.name}, seed ${seed}: d ${name}[${at}] is ${exact}, finite differences say ${numeric}`)
    }
  }
}

/** Runs the reference ops directly, so that the loss keeps its float64 digits. */
function captureFloat64({ graph, feeds }: Built, slopes: readonly Tensor[], loss: Tensor) {
  const run = (): Map<number, ArrayLike<number>> => {
    const held = new Map<number, Float64Array>()
    for (const node of graph.nodes) {
      const outputs = node.outputs.map(t => {
        const n = sizeOf(t.shape)
        return (
          t.dtype === 'f32' ? new Float64Array(n) : t.dtype === 'i32' ? new Int32Array(n) : new Uint8Array(n)
        ) as never
      }) as Float64Array[]
      if (node.op.name === 'input') outputs[0].set(feeds[node.attrs.name as string] as Float64Array)
      else
        node.op.reference({
          attrs: node.attrs,
          inputs: node.inputs.map(t => held.get(t.id) as Float64Array),
          outputs,
          inputSpecs: node.inputs,
          outputSpecs: node.outputs,
        })
      node.outputs.forEach((t, i) => {
        held.set(t.id, outputs[i])
      })
    }
    return held
  }
  const first = run()
  return {
    slope: (i: number, at: number) => (first.get(slopes[i].id) as ArrayLike<number>)[at],
    loss: () => (run().get(loss.id) as ArrayLike<number>)[0],
  }
}

/** Runs a case on `backend` and on the reference and compares every output and gradient. */
export async function checkAgainstReference(
  c: Case,
  seed: number,
  backend: Backend,
): Promise<Record<string, ArrayLike<number>>> {
  const { built, outputs } = withGradients(c, seed)
  const { graph } = built
  // The backend holds f32: both are fed the rounded values, so that only the arithmetic differs.
  const feeds = Object.fromEntries(
    Object.entries(built.feeds).map(([name, x]) => [name, x instanceof Float64Array ? rounded(x) : x]),
  )
  const expected = await runOn(createReferenceBackend(), graph, outputs, feeds)
  const actual = await runOn(backend, graph, outputs, feeds)
  for (const [name, values] of Object.entries(expected)) {
    const got = actual[name]
    const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
    const at = furthest(got, values, (c.tolerance ?? 2e-5) * largest)
    if (at < 0) continue
    // What cancels is not known better than what it is made of.
    if (furthest(got, values, ROUNDINGS * (await unrest({ graph, feeds }, outputs, name, values, seed))) < 0) continue
    throw new Error(
      `${c.name}, seed ${seed}: ${name}[${at}] of [${outputs[name].shape}] is ${got[at]}, the reference says ${values[at]}`,
    )
  }
  return actual
}

/** How much more than one rounding of each input an output may be off: there are more roundings on the way to it. */
const ROUNDINGS = 16

/** The first value that is further than `tolerance` from the expected one, or -1. */
function furthest(got: ArrayLike<number>, values: ArrayLike<number>, tolerance: number): number {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(got[i] - values[i]) <= tolerance)) return i
  return -1
}

/** By how much an output of the reference moves at most where its inputs change by about one rounding to f32. */
async function unrest(
  { graph, feeds }: Pick<Built, 'graph' | 'feeds'>,
  outputs: Record<string, Tensor>,
  name: string,
  values: ArrayLike<number>,
  seed: number,
): Promise<number> {
  const random = createRandom(seed).fork('unrest')
  let most = 0
  for (let trial = 0; trial < 8; trial++) {
    const moved = Object.fromEntries(
      Object.entries(feeds).map(([key, x]) => [
        key,
        x instanceof Float64Array ? x.map(v => v * (1 + random.uniform(-1, 1) * 2 ** -23)) : x,
      ]),
    )
    const { [name]: other } = await runOn(createReferenceBackend(), graph, { [name]: outputs[name] }, moved)
    for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(other[i] - values[i]))
  }
  return most
}

async function runOn(backend: Backend, graph: Graph, outputs: Record<string, Tensor>, feeds: Feeds) {
  const session = backend.createSession()
  try {
    const executable = await session.compile(graph, outputs)
    return await executable.run(feeds)
  } finally {
    await session.close()
  }
}

const rounded = (values: Float64Array) => Float64Array.from(values, Math.fround)

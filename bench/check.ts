import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradients } from '../src/engine/autodiff.ts'
import type { Backend } from '../src/engine/backend.ts'
import { createWasmBackend } from '../src/engine/backends/wasm/backend.ts'
import { Graph, sizeOf, type Tensor } from '../src/engine/graph.ts'
import { mean } from '../src/engine/ops/index.ts'
import { InklingError } from '../src/errors.ts'
import { Builder, crossEntropy, initialWeights, type Model } from '../src/nn/index.ts'
import { findPython } from '../src/papers/python.ts'
import { labels, numbers } from './peers/serve.mjs'
import { pytorchScript } from './systems/pytorch.ts'
import { Server } from './systems/server.ts'
import { buildModel, modelWithoutDropout, withoutDropout } from './workloads/build.ts'
import type { Workload } from './workloads/index.ts'

/** Largest allowed |ours - theirs| / |theirs| (Euclidean) of any parameter's gradient, and of the loss. */
const TOLERANCE = 1e-4
/**
 * Where a ReLU's input is within rounding of 0, float32 may decide otherwise than float64, and one such decision of a
 * million moves gradients by a thousandth. In a few examples none is likely: of so many batches one must agree.
 */
const FEW = 4
const TRIES = 8

interface Comparison {
  loss: number
  lossError: number
  /** Of each trained parameter. */
  gradients: { name: string; error: number }[]
}

/**
 * Gives both the same weights and batch, dropout off, and compares loss and gradients; PyTorch computes in float64.
 * Networks of many ReLUs (convolutions) are compared on few examples, their convolutions done the direct way, and once
 * more as the benchmark runs them but with tanh in place of the ReLUs. Prints a line each.
 *
 * @returns whether all agree
 */
export async function checkAgainstPyTorch(workloads: readonly Workload[]): Promise<boolean> {
  const python = findPython()
  if (!python) throw new InklingError('the check needs a Python with torch and numpy; none was found')
  const server = new Server(python, [pytorchScript])
  const usual = await createWasmBackend({ threads: 2, simd: 'wide' })
  const exact = await createWasmBackend({ threads: 2, simd: 'wide', exact: true })
  let agrees = true
  const compare = async (backend: Backend, workload: Workload, model: Model, title: string, tries = 1) => {
    for (let seed = 1; seed <= tries; seed++) {
      const { loss, lossError, gradients } = await compareWith(server, backend, workload, model, seed)
      const worst = gradients.reduce((a, b) => (b.error > a.error ? b : a))
      const fine = lossError < TOLERANCE && worst.error < TOLERANCE
      if (!fine && seed < tries) continue
      agrees &&= fine
      console.log(
        `${fine ? 'ok     ' : 'DIFFERS'} ${workload.id} ${workload.title}, ${title}: loss ${loss.toFixed(6)} (off by ` +
          `${lossError.toExponential(1)}), ${gradients.length} gradients, at worst ${worst.error.toExponential(1)} (${worst.name})` +
          `${seed > 1 ? `, batch number ${seed}` : ''}`,
      )
      return
    }
  }
  try {
    for (const given of workloads.filter(w => w.passes.includes('train'))) {
      const workload = { ...given, network: withoutDropout(given.network) }
      const model = modelWithoutDropout(given)
      if (!workload.network.layers.some(l => l.type === 'conv')) {
        await compare(usual, workload, model, `batch ${workload.batch}`)
        continue
      }
      await compare(exact, { ...workload, batch: FEW }, model, `batch ${FEW}, exact`, TRIES)
      const smooth: Workload = { ...workload, network: { ...workload.network, activation: 'tanh' } }
      await compare(usual, smooth, buildModel(smooth.network, smooth.id), `batch ${workload.batch}, tanh`)
    }
  } finally {
    await server.close()
    await usual.close()
    await exact.close()
  }
  return agrees
}

async function compareWith(
  server: Server,
  backend: Backend,
  workload: Workload,
  model: Model,
  seed: number,
): Promise<Comparison> {
  const x = numbers(workload.batch * sizeOf(model.inputShape), seed)
  const y = labels(workload.batch, workload.network.classes, seed + 100)
  const weights = randomised(initialWeights(model, 3))
  const folder = mkdtempSync(join(tmpdir(), 'inkling-check-'))
  try {
    const file = (name: string) => join(folder, name)
    const order = model.parameters()
    writeFileSync(file('weights'), Buffer.concat(order.map(p => bytesOf(weights.get(p.name)!))))
    writeFileSync(file('x'), bytesOf(x))
    writeFileSync(file('y'), bytesOf(y))

    const graph = new Graph()
    const builder = new Builder(graph, { training: true })
    const logits = model.build(builder, graph.input('x', [workload.batch, ...model.inputShape]))
    const loss = mean(crossEntropy()(logits, graph.input('y', [workload.batch], 'i32'), logits), 0, true)
    const trained = order.filter(p => p.trainable)
    const tensors = gradients(
      loss,
      trained.map(p => graph.parameters.get(p.name)!.tensor),
    )
    const outputs: Record<string, Tensor> = { loss }
    trained.forEach((p, i) => {
      outputs[p.name] = tensors[i]
    })
    const session = backend.createSession()
    const executable = await session.compile(graph, outputs)
    for (const [name, values] of weights) if (session.has(name)) session.write(name, values)
    const [ours, theirs] = await Promise.all([executable.run({ x, y }), server.ask('check', { workload, folder }, 600)])
    await session.close()

    const expected = new Float64Array(new Uint8Array(readFileSync(file('gradients'))).buffer)
    let at = 0
    const errors = trained.map(({ name, shape }) => {
      const count = sizeOf(shape)
      const error = relativeError(ours[name] as Float32Array, expected.subarray(at, at + count))
      at += count
      return { name, error }
    })
    const lossError = Math.abs(ours.loss[0] - theirs.loss) / Math.abs(theirs.loss)
    return { loss: theirs.loss, lossError, gradients: errors }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Biases start at 0 and scales at 1: moved a little, so that a mistake about them shows. */
function randomised(weights: Map<string, Float32Array>): Map<string, Float32Array> {
  let seed = 1000
  for (const values of weights.values()) {
    const noise = numbers(values.length, seed++)
    if (values.every(v => v === values[0])) for (let i = 0; i < values.length; i++) values[i] += 0.1 * noise[i]
  }
  return weights
}

/** |a - b| / |b|, where b is not all zero. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2
    size += b[i] ** 2
  }
  return Math.sqrt(difference / Math.max(size, Number.MIN_VALUE))
}

const bytesOf = (values: Float32Array | Int32Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

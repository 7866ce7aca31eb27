import { describe, expect, test } from 'vitest'
import { type OptimizerKind, optimizerKinds } from '../../../src/engine/backends/wasm/kinds.ts'
import { HYPER_WORDS, type OptimizerSettings, writeHyper } from '../../../src/engine/ops/optimizerHyper.ts'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

/** The change (times the rate) and the new states in float64, after PyTorch's torch.optim (2.x). */
function step(kind: OptimizerKind, o: Required<OptimizerSettings>, t: number, g: number, states: number[]): number[] {
  const [s1, s2, s3] = states
  if (kind === 'sgd') return [g]
  if (kind === 'momentum' || kind === 'nesterov') {
    const m = o.momentum * s1 + g
    return [kind === 'nesterov' ? g + o.momentum * m : m, m]
  }
  if (kind.startsWith('rmsprop')) {
    const square = o.beta2 * s1 + (1 - o.beta2) * g * g
    const mean = o.beta2 * s2 + (1 - o.beta2) * g
    const centered = kind.includes('Centered')
    const u = g / (Math.sqrt(Math.max(0, centered ? square - mean * mean : square)) + o.epsilon)
    const kept = centered ? [square, mean] : [square]
    if (!kind.includes('Momentum')) return [u, ...kept]
    const m = o.momentum * (centered ? s3 : s2) + u
    return [m, ...kept, m]
  }
  const m = o.beta1 * s1 + (1 - o.beta1) * g
  const square = o.beta2 * s2 + (1 - o.beta2) * g * g
  const most = kind === 'amsgrad' ? Math.max(s3, square) : square
  const root = Math.sqrt(most) / Math.sqrt(1 - o.beta2 ** t) + o.epsilon
  return [m / (1 - o.beta1 ** t) / root, m, square, ...(kind === 'amsgrad' ? [most] : [])]
}

/** One update of v = [parameter, state, ...]. */
function update(kind: OptimizerKind, o: Required<OptimizerSettings>, t: number, v: number[], grad: number): void {
  const [p, ...states] = v
  const [change, ...next] = step(kind, o, t, grad + o.decay * p, states)
  v[0] = p - o.rate * o.decoupledDecay * p - o.rate * change
  next.forEach((x, i) => {
    v[i + 1] = x
  })
}

const states = (kind: OptimizerKind) =>
  ({ sgd: 0, momentum: 1, nesterov: 1, rmsprop: 1, rmspropMomentum: 2, rmspropCentered: 2, adam: 2, adamw: 2 })[
    kind as string
  ] ?? 3

describe.each(optimizerKinds)('optimize %s', kind => {
  test('follows float64 over several steps', () => {
    repeat(25, (random, between) => {
      const count = between(1, 70)
      const settings: Required<OptimizerSettings> = {
        rate: 0.01,
        decay: random.key % 3 === 0 ? 0.02 : 0,
        decoupledDecay: random.key % 3 === 1 ? 0.03 : 0,
        momentum: 0.9,
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-4,
      }
      const start = normals(random, count)
      const exact = Array.from(start, p => [p, 0, 0, 0])
      const k = new Kernels()
      const param = k.f32(start)
      const held = [0, 1, 2].map(i => (i < states(kind) ? k.f32(new Float32Array(count)) : undefined))
      const [grad, hyper] = [k.f32(new Float32Array(count)), k.f32(new Float32Array(HYPER_WORDS))]
      const factor = random.key % 2 ? 0.5 : 1
      const [scale, flag] = [k.f32([factor]), k.i32([0])]
      const [state1, state2, state3] = held.map(region => region?.address ?? 0)
      const values = {
        kind: optimizerKinds.indexOf(kind),
        param: param.address,
        grad: grad.address,
        ...{ state1, state2, state3 },
        count,
        hyper: hyper.address,
        scale: factor === 1 ? 0 : scale.address,
        flag: flag.address,
      }
      const outputs = [param, ...held.filter(region => region !== undefined)]
      for (let t = 1; t <= 4; t++) {
        const g = normals(random, count)
        k.readF32(grad).set(g)
        writeHyper(k.readF32(hyper), settings, t)
        k.run('optimize', values, ...outputs)
        exact.forEach((v, i) => {
          update(kind, settings, t, v, g[i] * factor)
        })
        // A centered root magnifies the rounding of a small difference.
        const close = kind.includes('Centered') ? { absolute: 2e-3 } : { absolute: 3e-6, relative: 3e-6 }
        outputs.forEach((region, i) => {
          expectClose(
            k.readF32(region),
            exact.map(v => v[i]),
            { ...close, what: `step ${t} output ${i}` },
          )
        })
      }
      const before = k.readF32(param).slice()
      k.readI32(flag)[0] = 1
      k.run('optimize', values)
      expect(k.readF32(param)).toEqual(before)
    })
  })
})

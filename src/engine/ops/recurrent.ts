import { InklingError } from '../../errors.ts'
import type { Op, ReferenceArray, Spec, Tensor } from '../graph.ts'
import { expectRank, f32, shapeError, show } from './check.ts'

/**
 * Recurrent cells over whole sequences, the time loop inside the op.
 * - 'tanh', 'relu': h' = f(x W + b + h U).
 * - 'lstm' (gates i, f, g, o): c' = f c + i g, h' = o tanh(c') (Hochreiter and Schmidhuber 1997, Gers et al. 2000).
 * - 'gru' (gates z, r, n; Keras' reset_after, PyTorch's form): n = tanh(x Wn + bn + r (h Un + rn)), h' = z h + (1 - z) n.
 */
export type Cell = 'tanh' | 'relu' | 'lstm' | 'gru'

/** Gates per unit: W is [in, gates * units], U [units, gates * units]. */
export const gatesOf: Record<Cell, number> = { tanh: 1, relu: 1, lstm: 4, gru: 3 }

export interface RecurrentAttrs {
  cell: Cell
  /** Runs from the last step to the first. */
  reverse: boolean
  /** Whether the last input holds the lengths of the sequences. */
  masked: boolean
}

/**
 * Inputs: x [batch, time, in], W, U, bias [gates * units], recurrent bias (gru only) [gates * units], lengths i32 [batch]
 * (when masked). Beyond its length a sequence keeps its state.
 * Outputs: h [batch, time, units]; the activated gates [batch, time, gates * units], for the gradient op alone: a backend
 * may put them in an order of its own; what else the gradient needs [batch, time, units]: the cell (lstm), or h Un + rn (gru).
 */
export const recurrentOp: Op<RecurrentAttrs> = {
  name: 'recurrent',
  infer(inputs, { cell, masked }) {
    const [x, w, u, bias] = inputs
    expectRank('recurrent', 'input', x, 3)
    expectRank('recurrent', 'kernel', w, 2)
    expectRank('recurrent', 'recurrent kernel', u, 2)
    const units = u.shape[0]
    const width = gatesOf[cell] * units
    const fits = w.shape[0] === x.shape[2] && w.shape[1] === width && u.shape[1] === width && bias.shape[0] === width
    if (!fits)
      throw shapeError(
        'recurrent',
        `kernels ${show(w.shape)}, ${show(u.shape)} and bias ${show(bias.shape)} for an input ${show(x.shape)}`,
        `${cell} kernels [${x.shape[2]}, ${width}], [${units}, ${width}] and bias [${width}]`,
      )
    const expected = 4 + (cell === 'gru' ? 1 : 0) + (masked ? 1 : 0)
    if (inputs.length !== expected)
      throw new InklingError(`recurrent ${cell}: got ${inputs.length} inputs, expected ${expected}`)
    const [batch, time] = x.shape
    return [f32([batch, time, units]), f32([batch, time, width]), f32([batch, time, units])]
  },
  gradient(node, [dh]) {
    if (!dh) return []
    const attrs = node.attrs as unknown as RecurrentAttrs
    const [x, w, u, bias, ...rest] = node.inputs
    const [h, gates, extra] = node.outputs
    const lengths = attrs.masked ? rest[rest.length - 1] : undefined
    const inputs = [dh, x, w, u, bias, h, gates, extra]
    const gradients = dh.graph.add(recurrentGradientOp, lengths ? [...inputs, lengths] : inputs, attrs)
    return gradients.slice(0, attrs.cell === 'gru' ? 5 : 4)
  },
  reference({ attrs, inputs, outputs: [h, gates, extra], inputSpecs }) {
    const { batch, time, features, units, width, at } = sizes(inputSpecs[0], inputSpecs[2])
    const [x, w, u, bias, recurrentBias] = inputs
    const lengths = attrs.masked ? inputs[inputs.length - 1] : undefined
    for (let b = 0; b < batch; b++) {
      let state = new Float64Array(units)
      let carry = new Float64Array(units)
      for (const t of order(time, attrs.reverse)) {
        if (lengths && t >= lengths[b]) {
          h.set(state, at(b, t) * units)
          extra.set(carry, at(b, t) * units)
          continue
        }
        const input = Float64Array.from(bias.subarray(0, width))
        for (let i = 0; i < features; i++)
          for (let j = 0; j < width; j++) input[j] += x[at(b, t) * features + i] * w[i * width + j]
        const recurrent = attrs.cell === 'gru' ? Float64Array.from(recurrentBias) : new Float64Array(width)
        for (let i = 0; i < units; i++) for (let j = 0; j < width; j++) recurrent[j] += state[i] * u[i * width + j]
        const row = gates.subarray(at(b, t) * width, (at(b, t) + 1) * width)
        const memory = extra.subarray(at(b, t) * units, (at(b, t) + 1) * units)
        const next = new Float64Array(units)
        for (let k = 0; k < units; k++) {
          const sum = (gate: number) => input[gate * units + k] + recurrent[gate * units + k]
          if (attrs.cell === 'lstm') {
            const [i, f, g, o] = [sigmoid(sum(0)), sigmoid(sum(1)), Math.tanh(sum(2)), sigmoid(sum(3))]
            memory[k] = f * carry[k] + i * g
            next[k] = o * Math.tanh(memory[k])
            ;[i, f, g, o].forEach((v, gate) => {
              row[gate * units + k] = v
            })
          } else if (attrs.cell === 'gru') {
            const [z, r] = [sigmoid(sum(0)), sigmoid(sum(1))]
            memory[k] = recurrent[2 * units + k]
            const n = Math.tanh(input[2 * units + k] + r * memory[k])
            next[k] = z * state[k] + (1 - z) * n
            ;[z, r, n].forEach((v, gate) => {
              row[gate * units + k] = v
            })
          } else {
            next[k] = attrs.cell === 'tanh' ? Math.tanh(sum(0)) : Math.max(sum(0), 0)
            row[k] = next[k]
          }
        }
        state = next
        carry = Float64Array.from(memory)
        h.set(state, at(b, t) * units)
      }
    }
  },
}

/**
 * Inputs: dh, x, W, U, bias, h, gates, extra (and lengths). Outputs: dx, dW, dU, dbias, d recurrent bias (zeros but for gru).
 */
export const recurrentGradientOp: Op<RecurrentAttrs> = {
  name: 'recurrentGradient',
  infer: ([, x, w, u, bias]) => [f32(x.shape), f32(w.shape), f32(u.shape), f32(bias.shape), f32(bias.shape)],
  reference({ attrs, inputs, outputs: [dx, dw, du, dbias, drecurrent], inputSpecs }) {
    const [dh, x, w, u, , h, gates, extra] = inputs
    const lengths = attrs.masked ? inputs[8] : undefined
    const { batch, time, features, units, width, at } = sizes(inputSpecs[1], inputSpecs[3])
    for (let b = 0; b < batch; b++) {
      let dState = new Float64Array(units)
      let dCarry = new Float64Array(units)
      const steps = order(time, attrs.reverse)
      for (let s = time - 1; s >= 0; s--) {
        const t = steps[s]
        for (let k = 0; k < units; k++) dState[k] += dh[at(b, t) * units + k]
        if (lengths && t >= lengths[b]) continue
        const before = s > 0 ? at(b, steps[s - 1]) : -1
        const previous = (v: ReferenceArray, k: number) => (before < 0 ? 0 : v[before * units + k])
        // dIn: through x W + b; dRec: through h U + rb. They differ for the gru's candidate only.
        const dIn = new Float64Array(width)
        const dRec = new Float64Array(width)
        const dPrevious = new Float64Array(units)
        for (let k = 0; k < units; k++) {
          const gate = (g: number) => gates[at(b, t) * width + g * units + k]
          const put = (g: number, v: number, recurrent = v) => {
            dIn[g * units + k] = v
            dRec[g * units + k] = recurrent
          }
          if (attrs.cell === 'lstm') {
            const [i, f, g, o] = [gate(0), gate(1), gate(2), gate(3)]
            const c = Math.tanh(extra[at(b, t) * units + k])
            const dc = dCarry[k] + dState[k] * o * (1 - c * c)
            put(0, dc * g * i * (1 - i))
            put(1, dc * previous(extra, k) * f * (1 - f))
            put(2, dc * i * (1 - g * g))
            put(3, dState[k] * c * o * (1 - o))
            dCarry[k] = dc * f
          } else if (attrs.cell === 'gru') {
            const [z, r, n] = [gate(0), gate(1), gate(2)]
            const memory = extra[at(b, t) * units + k]
            const dn = dState[k] * (1 - z) * (1 - n * n)
            put(0, dState[k] * (previous(h, k) - n) * z * (1 - z))
            put(1, dn * memory * r * (1 - r))
            put(2, dn, dn * r)
            dPrevious[k] = dState[k] * z
          } else {
            const y = gate(0)
            put(0, dState[k] * (attrs.cell === 'tanh' ? 1 - y * y : y > 0 ? 1 : 0))
          }
        }
        for (let i = 0; i < features; i++)
          for (let j = 0; j < width; j++) {
            dw[i * width + j] += x[at(b, t) * features + i] * dIn[j]
            dx[at(b, t) * features + i] += w[i * width + j] * dIn[j]
          }
        for (let i = 0; i < units; i++)
          for (let j = 0; j < width; j++) {
            du[i * width + j] += previous(h, i) * dRec[j]
            dPrevious[i] += u[i * width + j] * dRec[j]
          }
        for (let j = 0; j < width; j++) {
          dbias[j] += dIn[j]
          if (attrs.cell === 'gru') drecurrent[j] += dRec[j]
        }
        dState = dPrevious
      }
      dCarry = new Float64Array(units)
    }
  },
}

function sizes(x: Spec, u: Spec) {
  const [batch, time, features] = x.shape
  const [units, width] = u.shape
  return { batch, time, features, units, width, at: (b: number, t: number) => b * time + t }
}

const order = (time: number, reverse: boolean) => Array.from({ length: time }, (_, s) => (reverse ? time - 1 - s : s))
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** Direction, lengths and second bias of a recurrent op. */
export interface RecurrentOptions {
  reverse?: boolean
  /** gru only: [gates * units]. */
  recurrentBias?: Tensor
  /** i32 [batch]: steps of each sequence that count. */
  lengths?: Tensor
}

/**
 * A recurrent layer over x [batch, time, in].
 *
 * @returns h [batch, time, units] at every step; with `reverse` the last state stands at time 0
 */
export function recurrent(
  cell: Cell,
  x: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias: Tensor,
  { reverse = false, recurrentBias, lengths }: RecurrentOptions = {},
): Tensor {
  const inputs = [x, kernel, recurrentKernel, bias]
  if (cell === 'gru') {
    if (!recurrentBias) throw new InklingError('recurrent gru: a recurrent bias is needed')
    inputs.push(recurrentBias)
  }
  if (lengths) inputs.push(lengths)
  return x.graph.add(recurrentOp, inputs, { cell, reverse, masked: lengths !== undefined })[0]
}

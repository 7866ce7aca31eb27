import { type Graph, type Node, sizeOf, type Tensor } from '../src/engine/graph.ts'
import { conv2dInputGradientOp, conv2dOp, conv2dWeightGradientOp } from '../src/engine/ops/conv2d.ts'
import { type MatmulAttrs, matmulOp, matmulSizes } from '../src/engine/ops/matmul.ts'
import { recurrentGradientOp, recurrentOp } from '../src/engine/ops/recurrent.ts'
import { liveNodes } from '../src/engine/order.ts'

/**
 * Floating-point operations of the matrix products, convolutions and recurrent layers that `outputs` (and updates)
 * need: 2 M N K each, gradients included, everything else left out. Taps on padding count, and an algorithm that gets
 * by with fewer multiplications (Winograd) counts as the plain one: so speeds of systems compare.
 */
export function countFlops(graph: Graph, outputs: Iterable<Tensor>): number {
  const wanted = [...outputs]
  const nodes = liveNodes(graph, wanted)
  const used = new Set([...wanted, ...nodes.flatMap(n => n.inputs)].map(t => t.id))
  return nodes.reduce((sum, node) => sum + flopsOf(node, used), 0)
}

function flopsOf(node: Node, used: ReadonlySet<number>): number {
  const { op, inputs, outputs } = node
  if (op === matmulOp) {
    const { m, n, k, batch } = matmulSizes(inputs[0].shape, inputs[1].shape, node.attrs as unknown as MatmulAttrs)
    return 2 * batch * m * n * k
  }
  if (op === conv2dOp) return convolution(outputs[0], inputs[1])
  if (op === conv2dInputGradientOp) return convolution(inputs[0], inputs[1])
  if (op === conv2dWeightGradientOp) return convolution(inputs[1], outputs[0])
  if (op === recurrentOp) {
    const [x, w, u] = inputs
    return 2 * x.shape[0] * x.shape[1] * (sizeOf(w.shape) + sizeOf(u.shape))
  }
  if (op === recurrentGradientOp) {
    const [, x, w, u] = inputs
    const [dx, dw, du] = outputs
    const wanted = (t: Tensor) => (used.has(t.id) ? 1 : 0)
    // The state's own gradient goes through U at every step, whatever is asked for.
    const products = sizeOf(w.shape) * (wanted(dx) + wanted(dw)) + sizeOf(u.shape) * (1 + wanted(du))
    return 2 * x.shape[0] * x.shape[1] * products
  }
  return 0
}

/** y or dy [n, h, w, out], kernel [kh, kw, in, out]: every output value is a sum of kh * kw * in products. */
const convolution = (y: Tensor, kernel: Tensor) => (2 * sizeOf(y.shape) * sizeOf(kernel.shape)) / kernel.shape[3]

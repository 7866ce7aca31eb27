import { isLeaf, type Node, type Tensor } from '../../graph.ts'
import { reluOps } from '../../ops/activations.ts'
import { addOp } from '../../ops/arithmetic.ts'
import { batchNormGradientOp, batchNormInferenceOp, batchNormOp } from '../../ops/batchNorm.ts'
import { conv2dOp } from '../../ops/conv2d.ts'
import { depthwiseConv2dOp } from '../../ops/depthwiseConv2d.ts'
import { matmulOp } from '../../ops/matmul.ts'
import { maxPool2dGradientOp } from '../../ops/pool2d.ts'

/** Nodes that are computed together. `fused` says what was joined to the main node. */
export interface Step {
  readonly main: Node
  readonly fused: Fused
  /** The tensors that the step gives (those inside the fusion are never stored). */
  readonly outputs: readonly Tensor[]
  readonly inputs: readonly Tensor[]
}

export interface Fused {
  /** Added to every row in the epilogue of a product or convolution. */
  readonly bias?: Tensor
  readonly relu?: boolean
  /** Added after a batch normalisation, before its ReLU. */
  readonly residual?: Tensor
  /** Output of a ReLU or max-pool: gradients pass only where it is above 0. */
  readonly mask?: Tensor
}

const { op: reluOp, gradientOp: reluGradientOp } = reluOps

/**
 * Groups the live nodes into steps:
 * - product or convolution + bias + ReLU;
 * - batch normalisation (+ residual) + ReLU;
 * - max-pool gradient + gradient of the ReLU before it;
 * - ReLU gradient + batch normalisation gradient.
 * A value is swallowed only when nothing else reads it.
 */
export function fuse(nodes: readonly Node[], kept: ReadonlySet<Tensor>): Step[] {
  const readers = new Map<number, Node[]>()
  for (const node of nodes)
    for (const input of node.inputs) {
      const list = readers.get(input.id)
      if (list) list.push(node)
      else readers.set(input.id, [node])
    }
  /** The only node that reads `tensor`, unless the tensor itself is wanted. */
  const onlyReader = (tensor: Tensor): Node | undefined => {
    const list = readers.get(tensor.id)
    return !kept.has(tensor) && list?.length === 1 ? list[0] : undefined
  }

  const steps: Step[] = []
  const swallowed = new Set<Node>()
  const position = new Map(nodes.map((n, i) => [n, i]))
  const ready: Step[][] = nodes.map(() => [])
  const before = (tensor: Tensor, node: Node) => isLeaf(tensor.node) || position.get(tensor.node)! < position.get(node)!

  for (const node of nodes) {
    if (swallowed.has(node) || isLeaf(node)) continue
    // Forward fusions run where their main node stood, since its statistics may be read before the ReLU;
    // backward ones where their last node stood, since all they read exists by then.
    let runsAt = node
    const take = (next: Node) => swallowed.add(next)
    let step: Step
    if (node.op === conv2dOp || node.op === depthwiseConv2dOp || node.op === matmulOp) {
      let out = node.outputs[0]
      let bias: Tensor | undefined
      let relu = false
      let next = onlyReader(out)
      if (next?.op === addOp && isBias(next, out) && before(next.inputs[1], node)) {
        bias = next.inputs[1]
        take(next)
        out = next.outputs[0]
        next = onlyReader(out)
      }
      if (next?.op === reluOp) {
        relu = true
        take(next)
        out = next.outputs[0]
      }
      step = { main: node, fused: { bias, relu }, inputs: [...node.inputs, ...(bias ? [bias] : [])], outputs: [out] }
    } else if (node.op === batchNormOp || node.op === batchNormInferenceOp) {
      let out = node.outputs[0]
      let residual: Tensor | undefined
      let relu = false
      let next = onlyReader(out)
      if (next?.op === addOp && sameShapes(next)) {
        const other = next.inputs[0] === out ? next.inputs[1] : next.inputs[0]
        const after = onlyReader(next.outputs[0])
        // Alone the sum gains nothing; before a ReLU it saves a pass over the sum.
        if (other !== out && after?.op === reluOp && before(other, node)) {
          residual = other
          take(next)
          out = next.outputs[0]
          next = after
        }
      }
      if (next?.op === reluOp) {
        relu = true
        take(next)
        out = next.outputs[0]
      }
      step = {
        main: node,
        fused: { residual, relu },
        inputs: [...node.inputs, ...(residual ? [residual] : [])],
        outputs: [out, ...node.outputs.slice(1)],
      }
    } else if (node.op === maxPool2dGradientOp) {
      const next = onlyReader(node.outputs[0])
      const pool = node.inputs[1].node
      // ReLU before a max-pool: the pool's output is above 0 exactly where the ReLU let its input through.
      if (next?.op === reluGradientOp && next.inputs[0] === node.outputs[0] && next.inputs[1] === pool.inputs[0]) {
        take(next)
        runsAt = next
        const mask = pool.outputs[0]
        step = { main: node, fused: { mask }, inputs: [...node.inputs, mask], outputs: next.outputs }
      } else step = plain(node)
    } else if (node.op === reluGradientOp) {
      const next = onlyReader(node.outputs[0])
      if (next?.op === batchNormGradientOp && next.inputs[0] === node.outputs[0]) {
        take(next)
        runsAt = next
        const [dy, mask] = node.inputs
        const rest = next.inputs.slice(1)
        step = { main: next, fused: { mask }, inputs: [dy, mask, ...rest], outputs: next.outputs }
      } else step = plain(node)
    } else step = plain(node)
    ready[position.get(runsAt)!].push(step)
  }
  for (const list of ready) steps.push(...list)
  return steps
}

const plain = (node: Node): Step => ({ main: node, fused: {}, inputs: node.inputs, outputs: node.outputs })

/** add(y, b) where b has one value for each column of y. */
function isBias(sum: Node, y: Tensor): boolean {
  const [a, b] = sum.inputs
  return a === y && b !== y && b.shape.length === 1 && b.shape[0] === y.shape[y.shape.length - 1]
}

const sameShapes = (node: Node) => node.inputs[0].shape.join() === node.inputs[1].shape.join()

import { InklingError } from '../errors.ts'
import type { Node, Tensor } from './graph.ts'
import { sizeOf } from './graph.ts'
import { add } from './ops/arithmetic.ts'

/**
 * Appends the nodes that compute the gradients of `loss` with respect to each of `wrt` (reverse mode).
 *
 * @param loss a scalar (one element)
 * @returns one tensor per entry of `wrt`, of the same shape; zeros where the loss does not depend on it
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (sizeOf(loss.shape) !== 1)
    throw new InklingError(`gradients need a loss of one element, got shape [${loss.shape}]`, {
      hint: 'Reduce it first: mean(loss).',
    })
  const { graph } = loss
  const needed = dependents(loss, wrt)
  const flowing = new Map<number, Tensor>()
  flowing.set(loss.id, graph.constant([1], loss.shape))
  const wanted = new Set(wrt.map(t => t.id))

  for (const node of graph.nodes.slice(0, loss.node.id + 1).reverse()) {
    if (!needed.has(node.id) || node.inputs.length === 0) continue
    const incoming = node.outputs.map(t => flowing.get(t.id))
    if (incoming.every(g => g === undefined)) continue
    if (!node.op.gradient)
      throw new InklingError(`op ${node.op.name} has no gradient rule (in ${node.scope || 'the graph'})`)
    const rule = node.op.gradient
    const outgoing = graph.scope(backwardScope(node), () => rule(node, incoming))
    outgoing.forEach((gradient, i) => {
      const input = node.inputs[i]
      if (!gradient || !(needed.has(input.node.id) || wanted.has(input.id))) return
      const sum = flowing.get(input.id)
      flowing.set(input.id, sum ? graph.scope(backwardScope(node), () => add(sum, gradient)) : gradient)
    })
  }
  return wrt.map(t => flowing.get(t.id) ?? graph.constant(new Float32Array(sizeOf(t.shape)), t.shape))
}

const backwardScope = (node: Node) => (node.scope ? `${node.scope}/gradient` : 'gradient')

/** Ids of the nodes through which some tensor of `wrt` reaches the loss. */
function dependents(loss: Tensor, wrt: readonly Tensor[]): Set<number> {
  const reached = new Set(wrt.map(t => t.node.id))
  for (const node of loss.graph.nodes) {
    if (node.id > loss.node.id) break
    if (node.inputs.some(t => reached.has(t.node.id))) reached.add(node.id)
  }
  return reached
}

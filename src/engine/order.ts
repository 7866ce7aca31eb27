import type { Graph, Node, Tensor } from './graph.ts'

/** The nodes that `outputs` need, and all that update a parameter, in an order to run them in. */
export function liveNodes(graph: Graph, outputs: Iterable<Tensor>): Node[] {
  const needed = new Set<Node>()
  const pending = [...outputs].map(t => t.node)
  for (const node of graph.nodes) if (node.op.updates) pending.push(node)
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (needed.has(node)) continue
    needed.add(node)
    for (const input of node.inputs) pending.push(input.node)
  }
  return graph.nodes.filter(n => needed.has(n))
}

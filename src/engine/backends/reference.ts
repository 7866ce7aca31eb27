import type { Backend, Executable, Feeds, Fetched, Session } from '../backend.ts'
import { checkedFeed } from '../feeds.ts'
import {
  bytesPerElement,
  type Graph,
  isInput,
  isParameter,
  type ReferenceArray,
  sizeOf,
  type Tensor,
} from '../graph.ts'
import { liveNodes } from '../order.ts'

/**
 * The plain float64 backend: every op by its reference, in order, nothing fused. Slow, and right: what the
 * kernels and the gradients are checked against.
 */
export function createReferenceBackend(): Backend {
  return {
    description: 'reference float64',
    threads: 1,
    createSession: () => new ReferenceSession(),
    async close() {},
  }
}

class ReferenceSession implements Session {
  readonly values = new Map<string, Float64Array>()

  async compile<K extends string>(graph: Graph, outputs: Record<K, Tensor>): Promise<Executable<K>> {
    for (const { name, shape } of graph.parameters.values())
      if (!this.values.has(name)) this.values.set(name, new Float64Array(sizeOf(shape)))
    const nodes = liveNodes(graph, Object.values(outputs))
    const runNodes = (feeds: Feeds, after?: (tensor: Tensor, values: ReferenceArray) => boolean) => {
      const held = new Map<number, ReferenceArray>()
      for (const node of nodes) {
        if (isParameter(node)) {
          held.set(node.outputs[0].id, this.values.get(node.attrs.name as string) as Float64Array)
          continue
        }
        const produced = node.outputs.map(t => allocate(t))
        if (isInput(node)) produced[0].set(checkedFeed(graph, feeds, node.attrs.name as string))
        else
          node.op.reference({
            attrs: node.attrs,
            inputs: node.inputs.map(t => held.get(t.id) as ReferenceArray),
            outputs: produced,
            inputSpecs: node.inputs,
            outputSpecs: node.outputs,
          })
        node.outputs.forEach((t, i) => {
          held.set(t.id, produced[i])
        })
        if (after && node.outputs.some((t, i) => after(t, produced[i]))) return held
      }
      return held
    }
    const tensors = nodes.flatMap(n => n.outputs).reduce((n, t) => n + sizeOf(t.shape) * bytesPerElement[t.dtype], 0)
    return {
      memory: { arena: tensors, tensors },
      async run(feeds) {
        const held = runNodes(feeds)
        const fetched = {} as Fetched<K>
        for (const [name, tensor] of Object.entries<Tensor>(outputs)) {
          const values = held.get(tensor.id) as ReferenceArray
          fetched[name as K] = tensor.dtype === 'i32' ? Int32Array.from(values) : Float32Array.from(values)
        }
        return fetched
      },
      async findNonFinite(feeds) {
        let found: { scope: string; op: string } | undefined
        runNodes(feeds, (tensor, values) => {
          if (!(values instanceof Float64Array) || values.every(Number.isFinite)) return false
          found = { scope: tensor.node.scope, op: tensor.node.op.name }
          return true
        })
        return found
      },
      dispose() {},
    }
  }

  read(name: string): Float32Array {
    return Float32Array.from(this.#held(name))
  }
  write(name: string, values: ArrayLike<number>): void {
    this.#held(name).set(values)
  }
  has(name: string): boolean {
    return this.values.has(name)
  }
  names(): string[] {
    return [...this.values.keys()]
  }
  async close(): Promise<void> {
    this.values.clear()
  }
  #held(name: string): Float64Array {
    const values = this.values.get(name)
    if (!values) throw new Error(`no parameter "${name}"`)
    return values
  }
}

function allocate({ shape, dtype }: Tensor): ReferenceArray {
  const size = sizeOf(shape)
  return dtype === 'f32' ? new Float64Array(size) : dtype === 'i32' ? new Int32Array(size) : new Uint8Array(size)
}

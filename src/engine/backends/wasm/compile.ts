import { bytesPerElement, type Graph, isConstant, isInput, isParameter, sizeOf, type Tensor } from '../../graph.ts'
import { reshapeOp } from '../../ops/reshape.ts'
import { liveNodes } from '../../order.ts'
import { fuse } from './fuse.ts'
import type { LoweringTable } from './lower/table.ts'
import { type Buffer, type ConstantStore, type Place, Program, type ProgramOptions } from './program.ts'

/** A value that goes through the staging slot. */
export interface Port {
  readonly name: string
  readonly tensor: Tensor
  readonly offset: number
  readonly bytes: number
}

export interface Compiled {
  readonly program: Program
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  readonly slotBytes: number
  /** Names of ops that run on the host for want of a kernel. */
  readonly hostOps: readonly string[]
  /** Bytes of all tensors that are computed, for comparison with what the plan needs. */
  readonly tensorBytes: number
}

/** Where parameters lie. */
export type ParameterPlaces = (name: string) => Buffer

/**
 * Turns a graph into commands over places: feeds are fetched from the staging slot, the nodes are fused and lowered
 * in order, the outputs are emitted to the slot.
 */
export function compileGraph(
  graph: Graph,
  wanted: Record<string, Tensor>,
  lowerings: LoweringTable,
  parameters: ParameterPlaces,
  constants: ConstantStore,
  options: ProgramOptions,
): Compiled {
  const nodes = liveNodes(graph, Object.values(wanted))
  const kept = new Set(Object.values(wanted))
  const steps = fuse(nodes, kept)

  const lastUse = new Map<number, number>()
  const root = (tensor: Tensor): Tensor => (tensor.node.op === reshapeOp ? root(tensor.node.inputs[0]) : tensor)
  steps.forEach((step, i) => {
    for (const t of step.inputs) lastUse.set(root(t).id, i)
  })
  for (const t of kept) lastUse.set(root(t).id, Number.POSITIVE_INFINITY)

  const program = new Program(constants, t => lastUse.get(root(t).id) ?? -1, options)
  let slotBytes = 0
  const port = (name: string, tensor: Tensor): Port => {
    const bytes = sizeOf(tensor.shape) * bytesPerElement[tensor.dtype]
    const made = { name, tensor, offset: slotBytes, bytes }
    slotBytes += Math.ceil(bytes / 64) * 64
    return made
  }

  const inputs: Port[] = []
  let tensorBytes = 0
  for (const node of nodes) {
    const [tensor] = node.outputs
    if (isParameter(node)) program.alias(tensor, { buffer: parameters(node.attrs.name as string), offset: 0 })
    else if (isConstant(node)) {
      const dtype = tensor.dtype === 'i32' ? 'i32' : 'f32'
      program.alias(tensor, constants.constant(node.attrs.values as ArrayLike<number>, dtype))
    } else if (isInput(node)) inputs.push(port(node.attrs.name as string, tensor))
    if (!isParameter(node) && node.op !== reshapeOp)
      for (const t of node.outputs) tensorBytes += sizeOf(t.shape) * bytesPerElement[t.dtype]
  }
  program.begin(undefined, -1)
  program.together(emit => {
    for (const { tensor, offset, bytes } of inputs)
      emit('fetch', { dst: program.output(tensor), slotOffset: offset, bytes })
  })

  const hostOps = new Set<string>()
  steps.forEach((step, i) => {
    program.begin(step.main, i, step.outputs)
    const lowering = lowerings.get(step.main.op)
    if (lowering) lowering(step, program)
    else {
      hostOps.add(step.main.op.name)
      program.host(step.main)
    }
  })

  const outputs = Object.entries(wanted).map(([name, tensor]) => port(name, tensor))
  program.begin(undefined, steps.length)
  program.together(emit => {
    for (const { tensor, offset, bytes } of outputs)
      emit('emit', { src: program.at(tensor), slotOffset: offset, bytes })
  })
  return { program, inputs, outputs, slotBytes, hostOps: [...hostOps], tensorBytes }
}

export const addressOf = (place: Place | number): number =>
  typeof place === 'number' ? place : place.buffer.address + place.offset

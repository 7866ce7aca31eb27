import { InklingError } from '../../errors.ts'
import { type OnnxFile, short } from './file.ts'
import { NodeCall } from './importer.ts'
import { importers } from './operators/index.ts'
import { ImportScope, type ImportTarget, type Value } from './scope.ts'

/** Most bytes of one value while a model runs, unless the caller says otherwise. */
export const MAX_TENSOR_BYTES = 2 ** 30

/**
 * Builds a file's operators into a graph.
 *
 * @param inputs the file's inputs by name
 * @returns the outputs by name
 * @throws InklingError naming the node that does not fit
 */
export function buildGraph(
  file: OnnxFile,
  target: ImportTarget,
  inputs: ReadonlyMap<string, Value>,
  maxTensorBytes = MAX_TENSOR_BYTES,
): { scope: ImportScope; outputs: Map<string, Value> } {
  const scope = new ImportScope(target, file.opset, maxTensorBytes)
  const values = new Map<string, Value | undefined>(inputs)
  for (const [name, tensor] of file.tensors)
    values.set(name, tensor.integer ? { known: tensor.read() } : { weight: { name, file: tensor } })
  const given = (reader: string, name: string): Value | undefined => {
    if (!name) return undefined
    const value = values.get(name)
    if (!value) throw new InklingError(`${reader} reads "${short(name)}", an output that is not supported`)
    return value
  }
  for (const node of file.nodes) {
    const before = target.graph.nodes.length
    try {
      const call = new NodeCall(
        node,
        node.inputs.map(name => given('it', name)),
        scope,
      )
      const importer = importers.get(node.op)!
      const made = target.graph.scope(node.name, () => importer(call))
      call.attributes.finish()
      const list = Array.isArray(made) ? made : [made]
      node.outputs.forEach((name, i) => {
        if (name) values.set(name, list[i])
      })
      for (const made of target.graph.nodes.slice(before)) for (const { shape } of made.outputs) scope.checkSize(shape)
    } catch (error) {
      throw named(error, node.label)
    }
  }
  const outputs = new Map<string, Value>()
  for (const { name } of file.outputs) {
    const value = given('the model', name) as Value
    outputs.set(name, value)
  }
  return { scope, outputs }
}

/** The error with the node's name before it; whatever went wrong, people get a line they can read. */
export function named(error: unknown, label: string): InklingError {
  const { message } = error as Error
  const line = short(message.startsWith(label) ? message : `${label}: ${message}`, 380)
  if (!(error instanceof InklingError)) return new InklingError(line, { cause: error })
  return line === message ? error : new InklingError(line, { exitCode: error.exitCode, hint: error.hint, cause: error })
}

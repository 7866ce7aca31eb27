import { sizeOf } from '../engine/graph.ts'
import { InklingError } from '../errors.ts'
import type { Model } from './model.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

/** A model's parameters as a safetensors file; the same values give the same bytes. */
export function encodeWeights(
  model: Model,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const tensors = new Map<string, StoredTensor>()
  for (const { name, shape } of model.parameters()) {
    const values = weights.get(name)
    if (!values) throw new InklingError(`no weights for "${name}" of model ${model.name}`)
    tensors.set(name, { shape, values: values instanceof Float32Array ? values : Float32Array.from(values) })
  }
  return writeSafetensors(tensors, { format: 'inkling', model: model.name, ...model.origin, ...metadata })
}

/** How stored tensors fit a model. */
export interface WeightsMatch {
  /** Those that fit by name and shape. */
  weights: Map<string, Float32Array>
  /** Parameters of the model that the file does not have. */
  missing: string[]
  /** Tensors of the file that the model does not have. */
  unexpected: string[]
  /** Same name, other shape. */
  mismatched: { name: string; expected: readonly number[]; found: readonly number[] }[]
}

/** Finds a model's parameters among stored tensors; for going on from the weights of a net that differs in part. */
export function matchWeights(model: Model, tensors: ReadonlyMap<string, StoredTensor>): WeightsMatch {
  const match: WeightsMatch = { weights: new Map(), missing: [], unexpected: [], mismatched: [] }
  const declared = model.parameters()
  for (const { name, shape } of declared) {
    const found = tensors.get(name)
    if (!found) match.missing.push(name)
    else if (found.shape.join() !== shape.join()) match.mismatched.push({ name, expected: shape, found: found.shape })
    else match.weights.set(name, found.values)
  }
  const known = new Set(declared.map(p => p.name))
  match.unexpected = [...tensors.keys()].filter(name => !known.has(name))
  return match
}

/**
 * A model's parameters from a safetensors file that was written for this model.
 *
 * @throws InklingError where the file is damaged or belongs to another model
 */
export function decodeWeights(model: Model, bytes: Uint8Array, where = 'weights'): Map<string, Float32Array> {
  const { tensors, metadata } = readSafetensors(bytes, where)
  const { weights, missing, unexpected, mismatched } = matchWeights(model, tensors)
  const [first] = mismatched
  const problem = first
    ? `"${first.name}" is [${first.found}] there and [${first.expected}] in the model`
    : missing.length > 0
      ? `it lacks "${missing[0]}"${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}`
      : unexpected.length > 0
        ? `the model has no "${unexpected[0]}"`
        : undefined
  if (problem) {
    const total = [...tensors.values()].reduce((n, t) => n + sizeOf(t.shape), 0)
    throw new InklingError(`${where} does not fit model ${model.name}: ${problem}`, {
      hint: `It holds ${total.toLocaleString('en-US')} values${metadata.model ? ` of model ${metadata.model}` : ''}.`,
    })
  }
  return weights
}

import { createHash } from 'node:crypto'
import { InklingError } from '../errors.ts'
import type { Model } from '../nn/model.ts'
import { readSafetensors } from '../nn/safetensors.ts'
import { matchWeights } from '../nn/weights.ts'
import { readModelFile } from './files.ts'
import type { InputScaling } from './input.ts'
import { factsOf } from './modelFile.ts'

/** First weights taken from another training. */
export interface ContinuedWeights {
  weights: Map<string, Float32Array>
  /** How values entered the model there. */
  scaling?: InputScaling
  /** For the run's record. */
  from: { path: string; sha256: string; fresh: string[] }
}

/**
 * The weights of a run or a weights file as the first ones of `model`. Its last layer begins anew, drawn by `seed`,
 * where it has another shape or the file names other classes.
 *
 * @throws InklingError when the weights are those of another model
 */
export async function continueFrom(
  path: string,
  model: Model,
  classes: readonly string[],
  seed: number,
): Promise<ContinuedWeights> {
  const { bytes, where } = await readModelFile(path)
  const { tensors, metadata } = readSafetensors(bytes, where)
  const { weights, missing, mismatched } = matchWeights(model, tensors)
  // An imported model is one layer that nothing can be exchanged of.
  const last = new Set(model.origin ? [] : lastLayer(model))
  const strange = [...missing, ...mismatched.map(m => m.name)].filter(name => !last.has(name))
  if (strange.length > 0 || weights.size === 0) {
    const found = mismatched.find(m => m.name === strange[0])
    const detail = found
      ? `"${found.name}" is [${found.found}] there and [${found.expected}] in the model`
      : `it lacks "${strange[0] ?? missing[0]}"`
    throw new InklingError(`${where} does not fit model ${model.name}: ${detail}`, {
      hint: `${metadata.model ? `It is of model ${metadata.model}. ` : ''}Only the last layer may differ.`,
    })
  }
  const sameClasses = metadata.classes === undefined || metadata.classes === JSON.stringify(classes)
  const fresh = model
    .parameters()
    .map(p => p.name)
    .filter(name => !weights.has(name) || (!sameClasses && last.has(name)))
  const initial = fresh.length > 0 ? model.initialWeights(seed) : undefined
  for (const name of fresh) weights.set(name, initial?.get(name) as Float32Array)
  const { scaling } = factsOf(bytes, where)
  return { weights, scaling, from: { path: where, sha256: createHash('sha256').update(bytes).digest('hex'), fresh } }
}

/** Names of the parameters of the layer that was declared last. */
function lastLayer(model: Model): string[] {
  const names = model.parameters().map(p => p.name)
  const layerOf = (name: string) => name.slice(0, name.lastIndexOf('/'))
  const last = layerOf(names[names.length - 1])
  return names.filter(name => layerOf(name) === last)
}

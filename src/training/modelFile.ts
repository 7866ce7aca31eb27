import { InklingError } from '../errors.ts'
import type { Model } from '../nn/model.ts'
import { readSafetensors } from '../nn/safetensors.ts'
import { decodeWeights, encodeWeights } from '../nn/weights.ts'
import { findModel, type OptionValue, zoo } from '../zoo/index.ts'
import type { InputScaling } from './input.ts'
import { describedBy } from './modelKinds.ts'

/** Of an example; a file that says more means harm. */
const MOST_DIMENSIONS = 16

/** What a model file says beside the weights. */
export interface ModelFacts {
  /** Names of the classes. */
  classes: readonly string[]
  scaling: InputScaling
}

/** A model as a safetensors file; the facts stand in its metadata. The same model gives the same bytes. */
export function modelBytes(
  model: Model,
  weights: ReadonlyMap<string, Float32Array>,
  { classes, scaling }: ModelFacts,
): Uint8Array {
  return encodeWeights(model, weights, {
    inputShape: JSON.stringify(model.inputShape),
    classes: JSON.stringify(classes),
    ...(Object.keys(model.settings).length > 0 && { options: JSON.stringify(model.settings) }),
    ...(Object.values(scaling).some(v => v !== undefined) && { scaling: JSON.stringify(scaling) }),
  })
}

/** The weights of a model file for a model of the same layers. @throws InklingError when they don't fit */
export function loadInto(
  model: Model,
  bytes: Uint8Array,
  where: string,
): ModelFacts & { weights: Map<string, Float32Array> } {
  const weights = decodeWeights(model, bytes, where)
  const facts = factsOf(bytes, where)
  const classes = facts.classes ?? Array.from({ length: model.outputShape[0] }, (_, i) => String(i))
  if (classes.length !== model.outputShape[0])
    throw new InklingError(`${where} names ${classes.length} classes, model ${model.name} has ${model.outputShape[0]}`)
  return { weights, classes, scaling: facts.scaling ?? {} }
}

/**
 * A model as its file describes it: one of the zoo, or one that brings its own description.
 * @throws InklingError when it is neither
 */
export async function modelFromBytes(
  bytes: Uint8Array,
  where: string,
): Promise<ModelFacts & { model: Model; weights: Map<string, Float32Array> }> {
  const { name, inputShape, classes, options, metadata } = factsOf(bytes, where)
  const described = await describedBy(metadata, where)
  if (described) return { model: described, ...loadInto(described, bytes, where) }
  if (!name || !zoo.some(entry => entry.id === name))
    throw new InklingError(
      `${where} is of ${name ? `model "${name}", which the zoo does not have` : 'an unnamed model'}`,
      {
        hint: 'Describe it again and load into it: sequential(...).load(path), or new TrainableModel(model).load(path).',
      },
    )
  const model = findModel(name).build({ inputShape, classes: classes?.length, classNames: classes, set: options })
  return { model, ...loadInto(model, bytes, where) }
}

/** What the metadata of a model file says. @throws InklingError where it makes no sense */
export function factsOf(bytes: Uint8Array, where: string) {
  const { metadata } = readSafetensors(bytes, where)
  const list = <T>(key: string, fits: (value: unknown) => value is T): T | undefined => {
    if (metadata[key] === undefined) return undefined
    let value: unknown
    try {
      value = JSON.parse(metadata[key])
    } catch {}
    if (!fits(value)) throw new InklingError(`${where}: its entry "${key}" makes no sense`)
    return value
  }
  const numbers = (v: unknown): v is number[] => Array.isArray(v) && v.every(n => typeof n === 'number')
  const shape = (v: unknown): v is number[] => numbers(v) && v.length <= MOST_DIMENSIONS
  return {
    name: metadata.model,
    metadata,
    inputShape: list('inputShape', shape),
    classes: list('classes', (v): v is string[] => Array.isArray(v) && v.every(c => typeof c === 'string')),
    options: list(
      'options',
      (v): v is Record<string, OptionValue> =>
        typeof v === 'object' && v !== null && Object.values(v).every(o => /^(string|number|boolean)$/.test(typeof o)),
    ),
    scaling: list(
      'scaling',
      (v): v is InputScaling =>
        typeof v === 'object' &&
        v !== null &&
        Object.entries(v).every(([key, it]) => (key === 'clip' ? typeof it === 'boolean' : numbers(it))),
    ),
  }
}

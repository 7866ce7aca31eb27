import { InklingError } from '../../errors.ts'
import type { Model } from '../../nn/model.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../nn/safetensors.ts'
import { matchWeights } from '../../nn/weights.ts'
import { modelBytes } from '../../training/modelFile.ts'
import type { ExportSource } from '../onnx/export.ts'
import { storedElements } from './elements.ts'
import { matchModules, pytorchModules, sourcesOf } from './matching.ts'
import { pytorchLayers } from './pytorch.ts'

export interface LoadWeightsOptions {
  /** Names in the file -> names in the model, where they differ and shapes alone don't tell: `{ fc1: 'dense_1' }`. */
  map?: Readonly<Record<string, string>>
  /** Whose file it is. Default: what its metadata says, else PyTorch's. */
  layout?: WeightLayout
  /** The file's name, for errors. */
  where?: string
}
export type WeightLayout = 'inkling' | 'pytorch'

/** Weights for a model, and where each layer's came from. */
export interface LoadedWeights {
  weights: Map<string, Float32Array>
  matches: { layer: string; from: string }[]
}

/**
 * A model's weights from a safetensors file of PyTorch (or of Inkling): convolutions and dense layers turned round, the
 * first dense layer after a convolution put into the order in which pictures are flattened here, gates and biases of
 * recurrent layers as they are here.
 *
 * ```ts
 * const model = findModel('lenet5').build()
 * const { weights } = loadWeights(model, await readFile('lenet.safetensors'), { map: { fc1: 'dense_1' } })
 * ```
 *
 * @throws InklingError that says which layer nothing fits, with both shapes
 */
export function loadWeights(
  model: Model,
  bytes: Uint8Array,
  { map = {}, layout, where = 'the file' }: LoadWeightsOptions = {},
): LoadedWeights {
  const { tensors, metadata } = readSafetensors(bytes, where, storedElements)
  return (layout ?? (metadata.format === 'inkling' ? 'inkling' : 'pytorch')) === 'inkling'
    ? fromInkling(model, tensors, map, where)
    : fromPytorch(model, tensors, map, where)
}

function fromPytorch(
  model: Model,
  tensors: ReadonlyMap<string, StoredTensor>,
  map: Readonly<Record<string, string>>,
  where: string,
): LoadedWeights {
  const matches = matchModules(pytorchLayers(model), pytorchModules(tensors), map, where)
  const weights = new Map<string, Float32Array>()
  for (const [layer, module] of matches)
    for (const parameter of layer.parameters) {
      const [first, ...others] = sourcesOf(parameter, module)
      const sum = first.values.slice()
      for (const { values } of others) for (let i = 0; i < sum.length; i++) sum[i] += values[i]
      weights.set(parameter.name, parameter.fromTorch(sum))
    }
  return { weights, matches: [...matches].map(([layer, module]) => ({ layer: layer.name, from: module.name })) }
}

function fromInkling(
  model: Model,
  tensors: ReadonlyMap<string, StoredTensor>,
  map: Readonly<Record<string, string>>,
  where: string,
): LoadedWeights {
  const used = new Set<string>()
  const renamed = new Map(
    [...tensors].map(([name, tensor]) => {
      const from = Object.keys(map).find(key => name === key || name.startsWith(`${key}/`))
      if (from === undefined) return [name, tensor]
      used.add(from)
      return [map[from] + name.slice(from.length), tensor]
    }),
  )
  for (const from of Object.keys(map))
    if (!used.has(from)) throw new InklingError(`${where} has nothing called "${from}"`, { exitCode: 2 })
  const { weights, missing, unexpected, mismatched } = matchWeights(model, renamed)
  const [wrong] = mismatched
  if (wrong)
    throw new InklingError(`${where}: "${wrong.name}" is [${wrong.found}] there and [${wrong.expected}] in the model`)
  if (missing.length > 0) throw new InklingError(`${where} lacks "${missing[0]}" of model ${model.name}`)
  if (unexpected.length > 0) throw new InklingError(`${where}: model ${model.name} has no "${unexpected[0]}"`)
  return { weights, matches: [...weights.keys()].map(name => ({ layer: name, from: name })) }
}

export interface ExportSafetensorsOptions {
  /** 'inkling' (default): a model file, as `save` writes it. 'pytorch': names and layouts of a PyTorch state dict. */
  layout?: WeightLayout
}

/** A model's weights as a safetensors file; the same model gives the same bytes. */
export function exportSafetensors(
  source: ExportSource,
  { layout = 'inkling' }: ExportSafetensorsOptions = {},
): Uint8Array {
  const { model, weights, classes, scaling = {} } = source
  if (layout === 'inkling') {
    const names = classes ?? Array.from({ length: model.outputShape[0] }, (_, i) => String(i))
    return modelBytes(model, weights, { classes: names, scaling })
  }
  const tensors = new Map<string, StoredTensor>()
  for (const { name: layer, parameters } of pytorchLayers(model))
    for (const { name, leaves, torchShape, toTorch } of parameters) {
      const values = weights.get(name)
      if (!values) throw new InklingError(`no weights for "${name}" of model ${model.name}`)
      leaves.forEach((leaf, i) => {
        // A sum is written as itself and zeros.
        tensors.set(torchName(layer, leaf), {
          shape: torchShape,
          values: i === 0 ? toTorch(values) : new Float32Array(values.length),
        })
      })
    }
  return writeSafetensors(tensors, { format: 'pt', model: model.name })
}

/** `bidirectional_1/forward`, `weight_ih` -> `bidirectional_1.weight_ih_l0`. */
function torchName(layer: string, leaf: string): string {
  if (!/_[ih]h$/.test(leaf)) return `${layer.replaceAll('/', '.')}.${leaf}`
  const way = /^(.*)\/(forward|backward)$/.exec(layer)
  const suffix = way?.[2] === 'backward' ? '_l0_reverse' : '_l0'
  return `${(way?.[1] ?? layer).replaceAll('/', '.')}.${leaf}${suffix}`
}

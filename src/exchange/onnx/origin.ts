import { InklingError } from '../../errors.ts'
import type { Model } from '../../nn/model.ts'
import { TrainableModel } from '../../training/trainable.ts'
import { MOST_DIMENSIONS, type OnnxFile, readOnnxFile } from './file.ts'
import { importers } from './operators/index.ts'
import { decodeModel, encodeModel } from './schema.ts'
import { classesOf, type Describing, describing, modelFrom, type ToModelOptions } from './trainable.ts'

/** Keys under which an imported model's description stands in a weights file: its graph, and how that is read. */
export const ORIGIN = { graph: 'onnx', reading: 'onnxReading' } as const

/**
 * An ONNX file without the weights that a weights file holds beside it.
 *
 * @param needed names of the tensors whose values decide how the graph is built (shapes, limits): they stay
 * @returns texts by key, for the metadata of a weights file
 */
export function originOf(
  bytes: Uint8Array,
  needed: ReadonlySet<string>,
  reading: Describing,
): Readonly<Record<string, string>> {
  const model = decodeModel(bytes, 'ONNX file')
  for (const tensor of model.graph?.initializer ?? []) {
    if (needed.has(tensor.name ?? '')) continue
    tensor.rawData = undefined
    tensor.floatData = undefined
    tensor.doubleData = undefined
    // Half floats that are no raw bytes.
    tensor.int32Data = []
  }
  return { [ORIGIN.graph]: toText(encodeModel(model)), [ORIGIN.reading]: JSON.stringify(reading) }
}

/** A file's graph as a model with its weights, which can be saved and loaded again. */
export function trainableFrom(bytes: Uint8Array, file: OnnxFile, options: ToModelOptions): TrainableModel {
  const reading = describing(file, options)
  const { needed } = modelFrom(file, reading)
  const { model } = modelFrom(file, reading, originOf(bytes, needed, reading))
  return new TrainableModel(model, { classes: options.classes ?? classesOf(file, model.outputShape[0]) })
}

/** The model that {@link originOf} wrote about; its weights come from elsewhere. */
export function describeAgain(texts: Readonly<Record<string, string>>, where: string): Model {
  const { [ORIGIN.graph]: graph, [ORIGIN.reading]: reading } = texts
  const file = readOnnxFile(fromText(graph, where), op => importers.has(op), where, { withoutValues: true })
  return modelFrom(file, readReading(reading, file, where), { [ORIGIN.graph]: graph, [ORIGIN.reading]: reading }).model
}

function readReading(text: string | undefined, file: OnnxFile, where: string): Describing {
  let value: Partial<Describing> | undefined
  try {
    value = JSON.parse(text ?? '')
  } catch {}
  const { output, channelsLast, inputShape, name } = value ?? {}
  const shape =
    Array.isArray(inputShape) &&
    inputShape.length <= MOST_DIMENSIONS &&
    inputShape.every(d => Number.isSafeInteger(d) && d > 0)
  if (
    !shape ||
    typeof channelsLast !== 'boolean' ||
    typeof name !== 'string' ||
    !file.outputs.some(o => o.name === output)
  )
    throw new InklingError(`${where}: its entry "${ORIGIN.reading}" makes no sense`)
  return { output: output as string, channelsLast, inputShape: inputShape as number[], name }
}

/** Base64 in pieces: arguments of a call are limited. */
function toText(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

function fromText(text: string, where: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
  } catch (cause) {
    throw new InklingError(`${where}: its entry "${ORIGIN.graph}" makes no sense`, { cause })
  }
}

import { type Dataset, exampleAt, labelAt, slice } from '../../data/dataset.ts'
import type { Backend } from '../../engine/backend.ts'
import type { LayerRow } from '../../nn/index.ts'
import { featuresOf } from '../../training/features.ts'
import type { WeightedModel } from '../../training/predictDataset.ts'
import type { DrawnFigure } from '../experiment.ts'
import { type PictureGrid, pictureGrid, toBytes } from './pictures.ts'
import { standalone } from './svg.ts'

/** Pictures of numbers of either sign: grey is 0, white the largest, black its negative; where none is negative black is 0. */
function signed(
  maps: readonly Float32Array[],
  shape: readonly number[],
  captions: string[],
  what: string,
  beside?: PictureGrid['beside'],
): DrawnFigure {
  const size = shape[0] * shape[1]
  const pictures = new Uint8Array(maps.length * size)
  const positive = maps.every(map => map.every(v => v >= 0))
  maps.forEach((map, i) => {
    const reach = map.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-12)
    pictures.set(toBytes(map, positive ? 0 : -reach, reach), i * size)
  })
  const columns = Math.min(12, maps.length)
  const svg = pictureGrid({ pictures, shape, columns, captions, beside, description: what })
  const header = ['map', ...Array.from({ length: size }, (_, p) => `value${p}`)]
  return { svg: standalone(svg), csv: [header, ...maps.map((map, i) => [captions[i], ...map])] }
}

/** The first parameter whose shape fits. */
function kernelOf({ model, weights }: WeightedModel, rank: number) {
  const found = model.parameters().find(p => p.shape.length === rank && p.trainable)
  if (!found) throw new Error(`${model.name} has no kernel of rank ${rank}`)
  return { shape: found.shape, values: weights.get(found.name) as Float32Array }
}

/** The weights of a linear model as a picture for each class. */
export function weightMapsFigure(subject: WeightedModel, classes: readonly string[]): DrawnFigure {
  const { shape, values } = kernelOf(subject, 2)
  const [pixels, units] = shape
  const [height, width] = subject.model.inputShape
  const maps = classes.map((_, k) => Float32Array.from({ length: pixels }, (_, p) => values[p * units + k]))
  return signed(maps, [height, width, 1], [...classes], `Weights of ${subject.model.name} by class`)
}

/** The filters of the first convolution, the first channel of each. */
export function filtersFigure(subject: WeightedModel): DrawnFigure {
  const { shape, values } = kernelOf(subject, 4)
  const [height, width, channels, filters] = shape
  const maps = Array.from({ length: filters }, (_, f) =>
    Float32Array.from({ length: height * width }, (_, tap) => values[tap * channels * filters + f]),
  )
  const captions = maps.map((_, f) => String(f + 1))
  return signed(maps, [height, width, 1], captions, `Filters of the first convolution of ${subject.model.name}`)
}

/** Maps of a layer that are shown. */
const MAPS = 24

/** What a layer's maps answer to an example. */
export async function answersFigure(
  backend: Backend,
  subject: WeightedModel,
  dataset: Dataset,
  layer: string,
): Promise<DrawnFigure> {
  const { values } = await featuresOf(backend, subject, slice(dataset, 0, 1), { layer })
  const { outputShape } = subject.model.summary().layers.find(l => l.name === layer) as LayerRow
  const [height, width, channels] = outputShape
  const maps = Array.from({ length: Math.min(MAPS, channels) }, (_, c) =>
    Float32Array.from({ length: height * width }, (_, p) => values[p * channels + c]),
  )
  const captions = maps.map((_, c) => String(c + 1))
  const what = `What ${layer} of ${subject.model.name} answers to one example`
  const picture = exampleAt(dataset, 0)
  const beside =
    picture instanceof Uint8Array
      ? { picture, shape: dataset.shape, caption: dataset.classes[labelAt(dataset, 0)] }
      : undefined
  return signed(maps, [height, width, 1], captions, what, beside)
}

/** Names of the layers of a model that make maps: convolutions and pools. */
export const mapLayers = ({ model }: WeightedModel): string[] =>
  model
    .summary()
    .layers.filter(l => /^(conv|maxPool|averagePool)/.test(l.type) && l.outputShape.length === 3)
    .map(l => l.name)

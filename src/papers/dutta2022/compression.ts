import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Matrix, matrix, matrixOf, type Pca, pca, projectOn, restoreFrom } from '../../classical/index.ts'
import { type Dataset, exampleAt, labelAt } from '../../data/dataset.ts'
import { pictureQuality } from '../../evaluation/pictures.ts'
import { createOptimizer, lossOf, type Model } from '../../nn/index.ts'
import { checkpointIn, readCheckpoint } from '../../training/checkpointFile.ts'
import { featuresOf } from '../../training/features.ts'
import { fitModel } from '../../training/fit.ts'
import { TrainingInterrupted } from '../../training/interrupted.ts'
import { outputsOf } from '../../training/reconstruct.ts'
import type { Recipe } from '../../zoo/index.ts'
import { convAutoencoder, convDecoder, denseAutoencoder, denseDecoder } from '../../zoo/index.ts'
import type { Experiment, Finished, Measured, Trial, TrialContext } from '../experiment.ts'
import { linesFigure } from '../figures/lines.ts'
import { pictureGrid, toBytes } from '../figures/pictures.ts'
import { standalone } from '../figures/svg.ts'
import { oneCycle } from '../recipes.ts'
import { loadedFacts } from '../training.ts'
import { asBytes } from './byteCodes.ts'
import { jpegSizes } from './jpeg.ts'

const PIXELS = 784
const SIDE = 28
/** Numbers of a code, each kept as a byte. */
const CODES = [8, 16, 32, 64, 128]
const JPEG_QUALITIES = [1, 5, 15, 30, 50, 75]

/** An epoch of convolutions takes longer: there are fewer, so that five codes fit into twenty minutes. */
const EPOCHS = { dense: 20, conv: 8 }

const recipeOf = (kind: 'dense' | 'conv') =>
  oneCycle(EPOCHS[kind], 3e-3, {
    source: 'Inkling: one cycle of AdamW, binary cross-entropy of every pixel with itself; all 60,000 digits',
    optimizer: { kind: 'adamw', rate: 3e-3, weightDecay: 1e-4 },
    loss: { kind: 'binaryCrossEntropy', target: 'input' },
  })

/** Scores of what came back of the test digits, and ten of them to look at. */
async function judged(
  { figure }: TrialContext,
  test: Dataset,
  back: Float32Array,
  bytes: number,
): Promise<Pick<Measured, 'metrics'>> {
  const { mse, psnr, ssim } = pictureQuality(matrixOf(test).values, back, SIDE, SIDE)
  // The first test digit of each class, and below it what came back.
  const shown = test.classes.map(
    (_, k) => Array.from({ length: test.length }, (_, i) => i).find(i => labelAt(test, i) === k) ?? 0,
  )
  const pictures = new Uint8Array(2 * shown.length * PIXELS)
  shown.forEach((i, column) => {
    pictures.set(exampleAt(test, i) as Uint8Array, column * PIXELS)
    pictures.set(toBytes(back.subarray(i * PIXELS, (i + 1) * PIXELS)), (shown.length + column) * PIXELS)
  })
  await figure?.('pictures', {
    svg: standalone(
      pictureGrid({
        ...{ pictures, shape: [SIDE, SIDE, 1], columns: shown.length, rows: ['digit', 'back'] },
        description: 'A digit of each class, and what came back of it',
      }),
    ),
    csv: [
      ['row', 'class', ...Array.from({ length: PIXELS }, (_, p) => `pixel${p}`)],
      ...[0, 1].flatMap(row =>
        shown.map((_, k) => [
          row ? 'back' : 'digit',
          test.classes[k],
          ...pictures.subarray((row * shown.length + k) * PIXELS, (row * shown.length + k + 1) * PIXELS),
        ]),
      ),
    ],
  })
  return { metrics: { mse, psnr, ssim, bytes, ratio: PIXELS / bytes } }
}

const network =
  (kind: 'dense' | 'conv', code: number): Trial['run'] =>
  async context => {
    const recipe = recipeOf(kind)
    const { backend, seed, quick, signal, callbacks } = context
    const loaded = await context.load('mnist')
    const test = loaded.test as Dataset
    const [whole, back] = kind === 'dense' ? [denseAutoencoder, denseDecoder] : [convAutoencoder, convDecoder]
    const form = { inputShape: [SIDE, SIDE, 1], classes: 0 }
    const model = whole({ code })({ ...form, name: `mnist-${kind}-autoencoder-${code}` })
    const epochs = quick ? 1 : recipe.epochs
    await forgetOtherRecipe(context.folder, recipe)
    const fitted = await fitModel(model, loaded.train, {
      ...{ backend, seed, epochs, batchSize: recipe.batch, signal, callbacks },
      ...{ checkpoint: checkpointIn(context.folder), resume: await readCheckpoint(context.folder) },
      ...{ optimizer: createOptimizer(recipe.optimizer), schedule: recipe.schedule, loss: lossOf(recipe.loss) },
    })
    if (fitted.interrupted) throw new TrainingInterrupted(context.folder)
    const codeOf = async (part: Dataset) => {
      const { values } = await featuresOf(backend, { model, weights: fitted.weights }, part, { layer: 'code' })
      return matrix(values, code)
    }
    const bytes = asBytes(await codeOf(test), await codeOf(loaded.train))
    const decoder = back({ code })({ ...form, name: 'decoder' })
    const { metrics } = await judged(context, test, await decoded(context, decoder, fitted.weights, bytes), code)
    return {
      metrics: { ...metrics, parameters: model.summary().parameters.total, seconds: fitted.seconds },
      ...{ epochs, settings: { ...recipe, epochs }, history: fitted.history, data: loadedFacts(loaded) },
    }
  }

/** A training that was stopped goes on only with the recipe that it began with. */
async function forgetOtherRecipe(folder: string, recipe: Recipe): Promise<void> {
  const [path, now] = [join(folder, 'recipe.json'), JSON.stringify(recipe)]
  if (existsSync(folder) && !(existsSync(path) && (await readFile(path, 'utf8')) === now))
    await rm(folder, { recursive: true })
  await mkdir(folder, { recursive: true })
  await writeFile(path, now)
}

/** What the way back makes of codes; its weights are the last ones of the whole network. */
async function decoded(
  { backend }: TrialContext,
  model: Model,
  whole: ReadonlyMap<string, Float32Array>,
  { rows, columns, values }: Matrix,
): Promise<Float32Array> {
  const own = model.parameters()
  const last = [...whole.values()].slice(-own.length)
  const weights = new Map(own.map(({ name }, i) => [name, last[i]]))
  const codes = { name: 'codes', shape: [columns], classes: [], length: rows, features: values, labels: undefined }
  return await outputsOf(backend, { model, weights }, codes)
}

const known = new WeakMap<Dataset, Promise<Pca>>()

/** The components of a training part, found once for all codes. */
function componentsOf({ backend }: TrialContext, train: Dataset): Promise<Pca> {
  let found = known.get(train)
  if (!found) {
    found = pca(backend, matrixOf(train), { components: Math.max(...CODES) })
    known.set(train, found)
  }
  return found
}

const first = (found: Pca, rows: number): Pca => {
  const { columns, values } = found.components
  return { ...found, components: { rows, columns, values: values.subarray(0, rows * columns) } }
}

const components =
  (count: number): Trial['run'] =>
  async context => {
    const loaded = await context.load('mnist')
    const test = loaded.test as Dataset
    const found = first(await componentsOf(context, loaded.train), count)
    const codeOf = (part: Dataset) => projectOn(context.backend, found, matrixOf(part))
    const back = restoreFrom(found, asBytes(await codeOf(test), await codeOf(loaded.train)))
    const inside = back.values.map(v => Math.min(1, Math.max(0, v)))
    return { ...(await judged(context, test, inside, count)), data: loadedFacts(loaded) }
  }

const jpeg =
  (quality: number): Trial['run'] =>
  async context => {
    const loaded = await context.load('mnist')
    const test = loaded.test as Dataset
    const { back, bytes } = await jpegSizes(test, quality)
    return { ...(await judged(context, test, back, bytes)), data: loadedFacts(loaded) }
  }

/** Quality against compression, one line a method. */
async function drawCurves(finished: readonly Finished[], keep: NonNullable<TrialContext['figure']>): Promise<void> {
  const methods = [...new Set(finished.map(f => f.variant.replace(/-\d+$/, '')))]
  for (const metric of ['psnr', 'ssim'] as const) {
    const series = methods.map(name => ({
      name: name === 'jpeg-q' ? 'jpeg' : name,
      points: finished
        .filter(f => f.seed === 0 && f.variant.replace(/-\d+$/, '') === name)
        .map(f => [f.metrics.ratio, f.metrics[metric]] as const)
        .sort((a, b) => a[0] - b[0]),
    }))
    if (series.length === 0) continue
    await keep(
      metric,
      linesFigure(series, {
        name: metric,
        description: `${metric.toUpperCase()} against compression`,
        x: 'pixels for each byte',
        y: metric === 'psnr' ? 'PSNR (dB)' : 'SSIM',
        logX: true,
      }),
    )
  }
}

const compression = (id: string, kind: 'dense' | 'conv', title: string, minutes: number): Experiment => ({
  id,
  paper: 'dutta-2022',
  title,
  minutes,
  measured:
    'MNIST’s 10,000 test digits; values 0..1. A number of a code is rounded to a byte; JPEG: one picture of all digits in cells ' +
    'of 32x32, so that its header counts once',
  trials: [
    ...CODES.map(code => ({ variant: `${kind}-${code}`, settings: () => recipeOf(kind), run: network(kind, code) })),
    ...CODES.map(code => ({ variant: `pca-${code}`, once: true, run: components(code) })),
    ...JPEG_QUALITIES.map(quality => ({
      variant: `jpeg-q-${quality}`,
      once: true,
      run: jpeg(quality),
    })),
  ],
  published: [
    { metric: 'mse', better: 'none', unit: 'number', note: 'the paper prints no figure' },
    { metric: 'psnr', better: 'none', unit: 'number' },
    { metric: 'ssim', better: 'none', unit: 'number' },
    { metric: 'ratio', better: 'none', unit: 'number' },
  ],
  draw: drawCurves,
})

export const autoencoders: readonly Experiment[] = [
  compression('mnist-autoencoder', 'dense', 'Dense autoencoder as compression, beside PCA and JPEG', 7),
  compression('mnist-conv-autoencoder', 'conv', 'Convolutional autoencoder as compression, beside PCA and JPEG', 10),
]

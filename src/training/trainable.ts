import { createDataset, type Dataset, strideOf } from '../data/dataset.ts'
import { holdOut } from '../data/split.ts'
import type { Backend } from '../engine/backend.ts'
import type { Shape } from '../engine/graph.ts'
import { InklingError } from '../errors.ts'
import type { Evaluation } from '../evaluation/types.ts'
import type { Layer, SymbolicTensor } from '../nn/layer.ts'
import {
  functional as describeFunctional,
  sequential as describeSequential,
  type Model,
  type ModelOptions,
} from '../nn/model.ts'
import type { ModelSummary } from '../nn/summary.ts'
import { checkFits } from './batches.ts'
import { withThresholds } from './cascade.ts'
import { defaultBackend } from './defaultBackend.ts'
import { fitModel } from './fit.ts'
import type { FitResult } from './fitResult.ts'
import type { InputScaling } from './input.ts'
import { loadInto, type ModelFacts, modelBytes, modelFromBytes } from './modelFile.ts'
import { NonFiniteError } from './nonFinite.ts'
import { judge } from './predictDataset.ts'
import { PREDICT_BLOCK, type Predictions } from './predictor.ts'
import type { RateTest } from './rateCurve.ts'
import type { RateTestSettings } from './rateTest.ts'
import type { FitSettings } from './settings.ts'
import { Standing } from './standing.ts'
import { predictVariants, type TestTimeAugmentation } from './testTime.ts'

/** How {@link TrainableModel.fit} trains; see {@link FitSettings} for the rest. */
export interface FitOptions extends Omit<FitSettings, 'backend' | 'epochs' | 'validation' | 'resume' | 'weights'> {
  /** Default 1. */
  epochs?: number
  /** Judged after every epoch. */
  validationData?: Dataset
  /** In its place: this share of the training examples is held out, by class and seed. */
  validationSplit?: number
  /** Default: {@link defaultBackend}. */
  backend?: Backend
}

/** What {@link TrainableModel.fit} gives: the course of the training. The weights are in the model. */
export type FitHistory = Omit<FitResult, 'weights'>

/** What a model makes of one example. */
export interface Prediction {
  /** Name of the most probable class, and its number. */
  label: string
  class: number
  probability: number
  /** One per class. */
  probabilities: Float32Array
}

/** How a model predicts. */
export interface PredictorSettings {
  /** Examples computed at once. Default 128. */
  batchSize?: number
  /** Default: {@link defaultBackend}. */
  backend?: Backend
  /** Reads pictures in several variants too, and averages the answers. */
  tta?: TestTimeAugmentation
}

/**
 * A model that holds its weights: fit, evaluate, predict, save.
 *
 * ```ts
 * const model = sequential([28, 28, 1], [flatten(), dense(10)])
 * await model.fit(train, { epochs: 3, optimizer: adam(1e-3) })
 * console.log((await model.evaluate(test)).accuracy)
 * ```
 */
export class TrainableModel {
  /** The description alone. */
  readonly model: Model
  /** Names of the classes: those of the data it was trained on, until then numbers. */
  classes: readonly string[]
  /** How values enter the model; default: bytes as 0..1, numbers as they are. */
  scaling: InputScaling
  #weights: Map<string, Float32Array> | undefined
  #standing: Standing | undefined

  constructor(
    model: Model,
    { classes, scaling = {}, weights }: Partial<ModelFacts> & { weights?: Map<string, Float32Array> } = {},
  ) {
    this.model = model
    this.classes = classes ?? Array.from({ length: model.outputShape[0] }, (_, i) => String(i))
    this.scaling = scaling
    this.#weights = weights
  }

  get name(): string {
    return this.model.name
  }
  get inputShape(): Shape {
    return this.model.inputShape
  }
  get outputShape(): Shape {
    return this.model.outputShape
  }

  /** Layers with shapes and parameter counts. */
  summary(): ModelSummary {
    return this.model.summary()
  }

  /** The summary as a table for people. */
  toText(): string {
    return this.model.toText()
  }

  /** Parameters by name; drawn by seed 0 before the first fit. Set it to give others. */
  get weights(): Map<string, Float32Array> {
    this.#weights ??= this.model.initialWeights(0)
    return this.#weights
  }
  set weights(weights: ReadonlyMap<string, Float32Array>) {
    this.#weights = new Map(weights)
    this.#letGo()
  }

  /**
   * Trains on labelled examples, on from the present weights (a first time: from those drawn by `seed`).
   *
   * @throws InklingError naming the layer when a value became NaN or infinite; the model then has its last good weights
   */
  async fit(train: Dataset, options: FitOptions = {}): Promise<FitHistory> {
    const { validationData, validationSplit, backend, scaling = this.scaling, ...settings } = options
    if (validationData && validationSplit !== undefined)
      throw new InklingError('fit takes validationData or validationSplit, not both', { exitCode: 2 })
    if (validationSplit !== undefined && !(validationSplit > 0 && validationSplit < 1))
      throw new InklingError(`validationSplit must be between 0 and 1, got ${validationSplit}`, { exitCode: 2 })
    const parts = validationSplit
      ? holdOut(train, validationSplit, { seed: settings.seed })
      : { train, validation: validationData }
    const engine = backend ?? (await defaultBackend())
    try {
      const { weights, ...history } = await fitModel(this.model, parts.train, {
        ...settings,
        epochs: settings.epochs ?? 1,
        scaling,
        validation: parts.validation,
        backend: engine,
        weights: this.#weights,
      })
      const fitted = { model: this.model, weights, scaling }
      this.#learned(await withThresholds(engine, fitted, parts.validation), train, scaling)
      return history
    } catch (error) {
      if (error instanceof NonFiniteError && error.result) this.#learned(error.result.weights, train, scaling)
      throw error
    }
  }

  /**
   * Finds a learning rate for {@link fit} by a range test from the present weights. Nothing of it stays.
   *
   * ```ts
   * const { rate } = await model.findLearningRate(train, { optimizer: adam() })
   * await model.fit(train, { epochs: 5, optimizer: adam(rate) })
   * ```
   *
   * @throws InklingError when the loss falls at no rate
   */
  async findLearningRate(
    train: Dataset,
    { backend, scaling = this.scaling, ...settings }: Partial<Omit<RateTestSettings, 'weights'>> = {},
  ): Promise<RateTest> {
    const { findLearningRate } = await import('./rateTest.ts')
    const given = { ...settings, scaling, backend: backend ?? (await defaultBackend()), weights: this.#weights }
    return await findLearningRate(this.model, train, given)
  }

  #learned(weights: Map<string, Float32Array>, train: Dataset, scaling: InputScaling): void {
    this.weights = weights
    this.classes = train.classes
    this.scaling = scaling
  }

  /** Scores on labelled examples: loss, accuracy, per class, confusion matrix and more. */
  async evaluate(dataset: Dataset, settings: PredictorSettings = {}): Promise<Evaluation> {
    checkFits(dataset, this.model, { labels: true })
    return judge(this.model, await this.probabilities(dataset, settings), dataset)
  }

  /** Probabilities and logits [examples, classes] of a dataset. */
  async probabilities(dataset: Dataset, settings: PredictorSettings = {}): Promise<Predictions> {
    checkFits(dataset, this.model, { labels: false })
    const backend = settings.backend ?? (await defaultBackend())
    if (this.#standing?.backend !== backend) this.#letGo()
    this.#standing ??= new Standing(backend, this)
    const block = dataset.length === 1 ? 1 : (settings.batchSize ?? PREDICT_BLOCK)
    if (settings.tta) return await predictVariants(this.#standing, dataset, block, settings.tta)
    return await this.#standing.predict(dataset, block)
  }

  /**
   * Predicts examples: a dataset; values of one or more examples one behind the other (numbers as they are, bytes
   * 0..255 for 0..1); or the bytes of a picture file (PNG; on Node also JPEG, WebP, ...), whose ink is cropped and
   * centred as MNIST's was.
   */
  async predict(
    examples: Dataset | Float32Array | Uint8Array | readonly number[],
    settings: PredictorSettings = {},
  ): Promise<Prediction[]> {
    const dataset = isDataset(examples) ? examples : await this.#asDataset(examples)
    return answersOf(await this.probabilities(dataset, settings), this.classes)
  }

  async #asDataset(values: Float32Array | Uint8Array | readonly number[]): Promise<Dataset> {
    const { inputShape: shape, classes } = this
    const stride = strideOf(shape)
    let features = values instanceof Uint8Array || values instanceof Float32Array ? values : Float32Array.from(values)
    if (features instanceof Uint8Array) {
      const { sniff } = await import('../data/pictures/decode.ts')
      if (sniff(features) !== undefined) {
        const { pictureValues } = await import('./pictureValues.ts')
        features = await pictureValues(features, shape)
      }
    }
    if (features.length === 0 || features.length % stride !== 0)
      throw new InklingError(
        `predict got ${features.length} values; model ${this.name} reads ${stride} an example ([${shape.join(', ')}])`,
        { exitCode: 2 },
      )
    return createDataset({ name: 'examples', shape, classes, features })
  }

  /** The model as a safetensors file in memory: weights, and what is needed to use them. */
  toBytes(): Uint8Array {
    return modelBytes(this.model, this.weights, this)
  }

  /** Writes {@link toBytes} to a file (Node only), whole or not at all. */
  async save(path: string): Promise<void> {
    const { writeFileAtomic } = await import('./files.ts')
    await writeFileAtomic(path, this.toBytes(), { what: 'the model' })
  }

  /** Takes the weights of a file that {@link save} wrote for a model of the same layers, or of its bytes. */
  async load(source: string | Uint8Array): Promise<this> {
    const { bytes, where } = await bytesOf(source)
    const { weights, classes, scaling } = loadInto(this.model, bytes, where)
    this.weights = weights
    this.classes = classes
    this.scaling = scaling
    return this
  }

  /** Frees the memory that prediction holds; the next prediction takes it again. */
  #letGo(): void {
    void this.#standing?.close()
    this.#standing = undefined
  }
}

/** The most probable class of every example. */
export function answersOf({ probabilities, classes: width }: Predictions, classes: readonly string[]): Prediction[] {
  return Array.from({ length: probabilities.length / width }, (_, i) => {
    const row = probabilities.slice(i * width, (i + 1) * width)
    let best = 0
    for (let k = 1; k < width; k++) if (row[k] > row[best]) best = k
    return { label: classes[best], class: best, probability: row[best], probabilities: row }
  })
}

/** Layers one after the other, with weights. `inputShape` is of one example, without the batch. */
export const sequential = (inputShape: Shape, layers: readonly Layer[], options?: ModelOptions): TrainableModel =>
  new TrainableModel(describeSequential(inputShape, layers, options))

/** A graph of layers from its input to its output, with weights. */
export const functional = (
  inputs: SymbolicTensor | readonly SymbolicTensor[],
  outputs: SymbolicTensor | readonly SymbolicTensor[],
  options?: ModelOptions,
): TrainableModel => new TrainableModel(describeFunctional(inputs, outputs, options))

/**
 * Loads a model that {@link TrainableModel.save} or a run wrote: a file, a run's folder, or bytes. It is one of the zoo,
 * was imported, or is a cascade of such; for layers of your own, describe them again and use {@link TrainableModel.load}.
 *
 * @throws InklingError when it is none of these, or the file is damaged
 */
export async function loadModel(source: string | Uint8Array): Promise<TrainableModel> {
  const { bytes, where } = await bytesOf(source)
  const { model, ...facts } = await modelFromBytes(bytes, where)
  return new TrainableModel(model, facts)
}

async function bytesOf(source: string | Uint8Array): Promise<{ bytes: Uint8Array; where: string }> {
  if (typeof source !== 'string') return { bytes: source, where: 'the model' }
  const { readModelFile } = await import('./files.ts')
  return await readModelFile(source)
}

function isDataset(value: object): value is Dataset {
  return 'features' in value && 'shape' in value
}

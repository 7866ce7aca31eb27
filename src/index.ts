/**
 * Inkling as a library: describe a model, train it, judge it, use it. Data sets are in `inkling/data`.
 *
 * ```ts
 * import { adam, conv2d, dense, flatten, maxPool2d, sequential } from 'inkling'
 * import { mnist } from 'inkling/data'
 * const { train, test } = await mnist()
 * const model = sequential([28, 28, 1], [conv2d(32, 3, { activation: 'relu' }), maxPool2d(2), flatten(), dense(10)])
 * await model.fit(train, { epochs: 3, optimizer: adam(1e-3) })
 * console.log((await model.evaluate(test)).accuracy)
 * ```
 */

import { knowModelKinds } from './exchange/modelKinds.ts'

/** Neighbours, k-means, principal components, a map in the plane. */
export * as classical from './classical/index.ts'
export { createDataset, type Dataset, type DatasetParts } from './data/dataset.ts'
export { gradients } from './engine/autodiff.ts'
export type { Backend, Executable, Session, SessionOptions } from './engine/backend.ts'
export { createReferenceBackend } from './engine/backends/reference.ts'
export { createWasmBackend, type WasmBackendOptions } from './engine/backends/wasm/backend.ts'
export { type DType, Graph, type Op, type Parameter, type Shape, type Tensor } from './engine/graph.ts'
/** Functions over tensors, of which layers and losses are made. */
export * as ops from './engine/ops/index.ts'
export { InklingError } from './errors.ts'
export type { Evaluation } from './evaluation/index.ts'
export { clusterScores, evaluateProbabilities } from './evaluation/index.ts'
export {
  type Activation,
  type ActivationName,
  adam,
  adamw,
  amsgrad,
  type BuildContext,
  Builder,
  binaryCrossEntropy,
  CascadeModel,
  type CascadeSettings,
  type CrossEntropyOptions,
  createOptimizer,
  crossEntropy,
  evaluationStep,
  type InputForm,
  type InputOptions,
  initializers,
  input,
  type Layer,
  type LayerFunction,
  type LayerOptions,
  type Loss,
  layer,
  Model,
  type ModelOptions,
  type ModelSummary,
  meanSquaredError,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerSpec,
  partStep,
  readSafetensors,
  rmsprop,
  type SymbolicTensor,
  schedules,
  sgd,
  trainingStep,
  updateStep,
  writeSafetensors,
} from './nn/index.ts'
export * from './nn/layers/index.ts'
export type { Schedule } from './nn/schedules.ts'
export { type Callback, type EarlyStoppingOptions, earlyStopping } from './training/callbacks.ts'
export { defaultBackend, setDefaultBackend } from './training/defaultBackend.ts'
export { Ensemble, type EnsembleInput } from './training/ensemble.ts'
export type { BatchProgress, EpochRecord } from './training/history.ts'
export { type JoinCascadeSettings, joinCascade } from './training/joinCascade.ts'
export { NonFiniteError } from './training/nonFinite.ts'
export type { RateTest } from './training/rateCurve.ts'
export type { RateTestSettings } from './training/rateTest.ts'
export { halfOf, mildMoves, type TestTimeAugmentation } from './training/testTime.ts'
export {
  type FitHistory,
  type FitOptions,
  functional,
  loadModel,
  type Prediction,
  type PredictorSettings,
  sequential,
  TrainableModel,
} from './training/trainable.ts'
export { findModel, findRecipe, type Recipe, type ZooEntry, zoo } from './zoo/index.ts'

knowModelKinds()

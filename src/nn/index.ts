export type { Activation, ActivationName } from './activations.ts'
export { CascadeModel, type CascadeRule, type CascadeSettings, NEVER, type SpecialistSettings } from './cascade.ts'
export { averageName, type BuildContext, Builder, type Declaration, type LayerRow, stoppedName } from './context.ts'
export { type EvaluationStep, type EvaluationStepOptions, evaluationStep } from './evaluationStep.ts'
export * as initializers from './initializers.ts'
export type { InputForm } from './inputForm.ts'
export {
  type InputOptions,
  input,
  type Layer,
  type LayerFunction,
  type LayerOptions,
  layer,
  type OutputActivation,
  type SymbolicTensor,
} from './layer.ts'
export * from './layers/index.ts'
export {
  type BuiltInLoss,
  binaryCrossEntropy,
  type CrossEntropyOptions,
  crossEntropy,
  type Loss,
  type LossSpec,
  type LossTarget,
  lossOf,
  meanSquaredError,
  type TargetOptions,
} from './losses.ts'
export {
  functional,
  Model,
  type ModelInput,
  type ModelOptions,
  type ModelOutputs,
  sequential,
} from './model.ts'
export {
  adam,
  adamw,
  amsgrad,
  createOptimizer,
  type Optimizer,
  type OptimizerOptions,
  type OptimizerSpec,
  rmsprop,
  sgd,
} from './optimizers.ts'
export {
  readSafetensors,
  type SafetensorsFile,
  type StoredElements,
  type StoredTensor,
  writeSafetensors,
} from './safetensors.ts'
export * as schedules from './schedules.ts'
export type { ModelSummary } from './summary.ts'
export {
  gradientSumName,
  initialState,
  initialWeights,
  type PartStepOptions,
  partStep,
  stateName,
  type TrainingStep,
  type TrainingStepOptions,
  trainingStep,
  updateStep,
} from './trainingStep.ts'
export { decodeWeights, encodeWeights, matchWeights, type WeightsMatch } from './weights.ts'

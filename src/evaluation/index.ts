export { calibrate } from './calibration.ts'
export {
  asksMass,
  asksTop,
  type CascadeStage,
  type CascadeViews,
  chooseThresholds,
  compareStages,
  joinViews,
} from './cascade.ts'
export { type ClusterScores, clusterScores, contingencyTable, scoresOfTable } from './clustering.ts'
export { classScores, confusionMatrix, worstConfusions } from './confusion.ts'
export { CONTEXTS, contextClasses, restrictClasses } from './context.ts'
export { type ClassCount, classDistribution } from './distribution.ts'
export { type EvaluateOptions, evaluateProbabilities } from './evaluate.ts'
export { crossEntropy, crossEntropyFromLogits } from './loss.ts'
export { type Roc, rocCurve, thin } from './roc.ts'
export { type McNemar, mcnemar, signTest, wilsonInterval } from './statistics.ts'
export type {
  Calibration,
  ClassScores,
  Confusion,
  Evaluation,
  Interval,
  ReliabilityBin,
  RocCurve,
  Scores,
} from './types.ts'

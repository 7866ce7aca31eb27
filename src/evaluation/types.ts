/** The five scores that are given per class and averaged. */
export interface Scores {
  /** Of the examples read as this class, the share that is it. */
  precision: number
  /** Of the examples of this class, the share read as it (sensitivity). */
  recall: number
  /** Of the examples of all other classes, the share not read as this one. */
  specificity: number
  /** Harmonic mean of precision and recall. */
  f1: number
  /** Area under the ROC curve of this class against the rest; null where only one of the two sides occurs. */
  rocAuc: number | null
}

export interface ClassScores extends Scores {
  label: string
  /** How many examples truly are of this class. */
  support: number
}

/** One cell off the confusion matrix's diagonal. */
export interface Confusion {
  /** Class ids. */
  truth: number
  predicted: number
  label: string
  predictedLabel: string
  count: number
  /** Of the examples of the true class, the share read this way. */
  share: number
}

export interface RocCurve {
  label: string
  auc: number | null
  /** [false positive rate, true positive rate] from [0, 0] to [1, 1]; empty where auc is null. */
  points: [number, number][]
}

export interface ReliabilityBin {
  /** Confidences in (from, to]; the first bin takes 0 too. */
  from: number
  to: number
  count: number
  /** Mean of the highest probability in this bin; null when the bin is empty. */
  confidence: number | null
  /** Share read correctly in this bin; null when the bin is empty. */
  accuracy: number | null
}

export interface Calibration {
  /** Expected calibration error: |confidence - accuracy| averaged over bins by their counts. */
  ece: number
  meanConfidence: number
  bins: ReliabilityBin[]
}

export interface Interval {
  low: number
  high: number
  /** 0.95: the interval covers the true value in 95 of 100 repetitions. */
  level: number
}

/** How good a classifier is on labelled data. Plain JSON: a value that does not exist is null, never NaN. */
export interface Evaluation {
  /** Number of examples. */
  count: number
  classes: string[]
  /** Mean cross-entropy in nats. */
  loss: number
  accuracy: number
  /** Wilson score interval of the accuracy. */
  accuracyInterval: Interval
  /** Share of examples whose class is among the k most probable: keys '1' to '5', as far as there are classes. */
  topK: { [k: string]: number }
  /** Mean over classes that occur or are predicted; rocAuc over the classes that have one. */
  macro: Scores
  /** Mean over classes weighted by support; rocAuc over the classes that have one. */
  weighted: Scores
  perClass: ClassScores[]
  /** Counts; rows are true classes, columns predicted ones. */
  confusion: number[][]
  /** The most frequent confusions, most frequent first. */
  worstConfusions: Confusion[]
  roc: RocCurve[]
  calibration: Calibration
}

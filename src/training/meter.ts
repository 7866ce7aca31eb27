/** Times and counts of a training; a resumed one goes on from those of its checkpoint. */
export interface Tally {
  /** Wall time of the whole, and of training batches alone (no validation, no checkpoints). */
  seconds: number
  trainingSeconds: number
  trainingExamples: number
  /** The same of the present epoch. */
  epochSeconds: number
  epochTrainingSeconds: number
  epochExamples: number
}

/** Counts examples and time: throughput, and the time that is left. */
export interface Meter {
  /** The clock of training batches. */
  start(): void
  pause(): void
  count(examples: number): void
  /** Notes how long a validation took. */
  validated(seconds: number): void
  newEpoch(): void
  tally(): Tally
  /** Estimated seconds for so many more training examples and validations. */
  left(examples: number, validations: number): number
}

const nothing: Tally = {
  seconds: 0,
  trainingSeconds: 0,
  trainingExamples: 0,
  epochSeconds: 0,
  epochTrainingSeconds: 0,
  epochExamples: 0,
}

/** @param now a clock in seconds */
export function createMeter(from: Partial<Tally> = {}, now = () => performance.now() / 1000): Meter {
  const done: Tally = { ...nothing, ...from }
  let at = now()
  let training = false
  let validation = 0
  // What this process itself saw: a checkpoint may come from another machine.
  const own = { seconds: 0, examples: 0 }

  function advance(): void {
    const passed = now() - at
    at += passed
    done.seconds += passed
    done.epochSeconds += passed
    if (!training) return
    done.trainingSeconds += passed
    done.epochTrainingSeconds += passed
    own.seconds += passed
  }

  return {
    start() {
      advance()
      training = true
    },
    pause() {
      advance()
      training = false
    },
    count(examples) {
      done.trainingExamples += examples
      done.epochExamples += examples
      own.examples += examples
    },
    validated(seconds) {
      validation = seconds
    },
    newEpoch() {
      advance()
      done.epochSeconds = 0
      done.epochTrainingSeconds = 0
      done.epochExamples = 0
    },
    tally() {
      advance()
      return { ...done }
    },
    left(examples, validations) {
      advance()
      return own.examples === 0 ? 0 : (examples * own.seconds) / own.examples + validations * validation
    },
  }
}

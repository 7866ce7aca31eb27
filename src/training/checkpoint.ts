import type { TrainingState } from './state.ts'

/** Where a training puts its checkpoints. */
export interface CheckpointSink {
  /** Keeps a state; the one before stays until this one is complete. */
  save(state: TrainingState): Promise<void>
  /** Within an epoch, a checkpoint when this much time has passed since the last. Default 30. */
  everySeconds?: number
  /** Within an epoch, a checkpoint after so many steps. Default: none for this reason. */
  everySteps?: number
}

/** Decides when a checkpoint is due, and writes one at a time beside the training. */
export interface Saver {
  /** Whether one is due within an epoch, `step` steps being done or under way. */
  due(step: number): boolean
  /** Takes a state once the one before is written; writing goes on while the training does. */
  save(step: number, capture: () => TrainingState): Promise<void>
  /** Waits for what is being written; its failure comes here or at the next `save`. */
  finish(): Promise<void>
}

export function createSaver(sink: CheckpointSink | undefined, now = () => performance.now() / 1000): Saver {
  const everySeconds = sink?.everySeconds ?? 30
  const everySteps = sink?.everySteps ?? Number.POSITIVE_INFINITY
  let at = now()
  let savedStep = 0
  let writing: Promise<void> = Promise.resolve()
  return {
    due: step => sink !== undefined && (now() - at >= everySeconds || step - savedStep >= everySteps),
    async save(step, capture) {
      if (!sink) return
      await writing
      writing = sink.save(capture())
      writing.catch(() => {}) // it is awaited at the next save or at the end
      at = now()
      savedStep = step
    },
    finish: () => writing,
  }
}

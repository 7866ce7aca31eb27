import { InklingError } from '../errors.ts'

/** The signal ended a training; its checkpoint is written. */
export class TrainingInterrupted extends InklingError {
  readonly run: string

  constructor(run: string) {
    super('stopped; a checkpoint was saved', { hint: `Go on with: inkling train --resume ${run}` })
    this.run = run
  }
}

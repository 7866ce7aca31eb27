import { InklingError } from '../errors.ts'

/** The signal ended a training; its checkpoint is written. */
export class TrainingInterrupted extends InklingError {
  readonly run: string

  /** @param call what goes on with it */
  constructor(run: string, call = `inkling train --resume ${run}`) {
    super('stopped; a checkpoint was saved', { hint: `Go on with: ${call}` })
    this.run = run
  }
}

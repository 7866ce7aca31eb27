import { InklingError } from '../errors.ts'

/** The signal ended a training; its checkpoint is written. */
export class TrainingInterrupted extends InklingError {
  readonly run: string

  /** @param command what goes on with it */
  constructor(run: string, command = 'train') {
    super('stopped; a checkpoint was saved', { hint: `Go on with: inkling ${command} --resume ${run}` })
    this.run = run
  }
}

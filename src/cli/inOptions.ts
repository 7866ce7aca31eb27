import { InklingError } from '../errors.ts'

/** Names of the library in messages about a training, and what the command line calls the same. */
const NAMES: Readonly<Record<string, string>> = {
  earlyStopping: '--patience',
  plainEpochs: '--plain-epochs',
  validationLoss: 'the validation loss',
  validationAccuracy: 'the validation accuracy',
}

/** How a setting that makes no sense is mended here, where the library's own hint is for programs. */
const MENDS: Readonly<Record<string, string>> = {
  validation: 'Hold some of the training data out, such as --validation 0.1, or leave out what watches them.',
  plainEpochs: 'Give --plain-epochs fewer, or --epochs more.',
  augment: 'Say with --augment what shall change before them, such as rotate=10,elastic=3.',
}

/** An error about a setting of the library in the command line's own words; others as they are. */
export function inOptions(error: unknown): unknown {
  if (!(error instanceof InklingError) || error.setting === undefined) return error
  const { message, exitCode, setting } = error
  return new InklingError(
    message.replace(/\w+/g, name => (Object.hasOwn(NAMES, name) ? NAMES[name] : name)),
    { exitCode, setting, hint: MENDS[setting] ?? error.hint, cause: error },
  )
}

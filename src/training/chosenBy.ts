import type { RunConfig } from './runConfig.ts'

/**
 * What the validation part decided in a training, in words: 'the epoch was chosen and the rate lowered'. Figures of that
 * part are a little too good. Undefined where it was only watched.
 */
export function chosenByValidation({
  keep,
  earlyStopping,
  recipe: { schedule },
}: Pick<RunConfig, 'keep' | 'earlyStopping' | 'recipe'>): string | undefined {
  const watches = (monitor: unknown = 'validationLoss') => String(monitor).startsWith('validation')
  const decided = [
    ...(keep === 'best' ? [['the epoch', 'chosen']] : []),
    ...(earlyStopping && watches(earlyStopping.monitor) ? [['the training', 'ended']] : []),
    ...(schedule.kind === 'reduceOnPlateau' && watches(schedule.monitor) ? [['the rate', 'lowered']] : []),
  ].map(([what, done], i) => `${what} ${i === 0 ? 'was ' : ''}${done}`)
  const last = decided.pop()
  return decided.length > 0 ? `${decided.join(', ')} and ${last}` : last
}

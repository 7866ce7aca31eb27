import { expect, test } from 'vitest'
import { chosenByValidation } from '../../src/training/chosenBy.ts'
import { toyRecipe } from './toyRun.ts'

test('what the validation part decided, in words', () => {
  const plateau = { ...toyRecipe, schedule: { kind: 'reduceOnPlateau' } } as const
  const constant = { ...toyRecipe, schedule: { kind: 'constant' } } as const
  const of = (keep: 'best' | 'last', earlyStopping: object | undefined, recipe: object) =>
    chosenByValidation({ keep, earlyStopping, recipe: recipe as never })
  expect(of('last', undefined, constant)).toBeUndefined()
  expect(of('best', undefined, constant)).toBe('the epoch was chosen')
  expect(of('last', {}, constant)).toBe('the training was ended')
  expect(of('last', {}, plateau)).toBe('the training was ended and the rate lowered')
  expect(of('best', {}, plateau)).toBe('the epoch was chosen, the training ended and the rate lowered')
  // The training part may be watched instead.
  const byLoss = { ...plateau, schedule: { ...plateau.schedule, monitor: 'loss' } }
  expect(of('last', { monitor: 'accuracy' }, byLoss)).toBeUndefined()
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { inOptions } from '../../src/cli/inOptions.ts'
import { InklingError } from '../../src/errors.ts'
import { inkling } from './inkling.ts'

const folder = mkdtempSync(join(tmpdir(), 'inkling-options-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  [
    ['--patience', '1', '--validation', '0'],
    '--patience watches the validation loss, but this training has no validation data',
    'Hold some of the training data out, such as --validation 0.1, or leave out what watches them.',
  ],
  [
    ['--plain-epochs', '3', '--epochs', '2'],
    '--plain-epochs must be a whole number from 0 to the 2 epochs, got 3',
    'Give --plain-epochs fewer, or --epochs more.',
  ],
  [
    ['--plain-epochs', '1'],
    '--plain-epochs are the last epochs of a training with augmentation, and there is none here',
    'Say with --augment what shall change before them, such as rotate=10,elastic=3.',
  ],
])('%j is told in the options that were given', (options, message, hint) => {
  const answer = inkling(['train', 'mnist-linear', '--data', 'drawn', '--out', join(folder, 'run'), ...options])
  expect(answer.stderr).toBe(`error: ${message}\n${hint}\n`)
  expect(answer.status).toBe(2)
})

test('other errors stay as they are', () => {
  for (const error of [new InklingError('validationLoss is no file'), new Error('plainEpochs')])
    expect(inOptions(error)).toBe(error)
})

import { expect, test } from 'vitest'
import type { InklingError } from '../../src/errors.ts'
import { buildModel } from '../../src/training/buildModel.ts'
import { findModel } from '../../src/zoo/index.ts'

const DIGITS = Array.from({ length: 10 }, (_, i) => String(i))

/** What a model says of data. */
function refusal(model: string, name: string, shape: number[], classes: string[]): InklingError {
  try {
    buildModel(findModel(model), name, { shape, classes })
  } catch (error) {
    return error as InklingError
  }
  throw new Error(`${model} was built`)
}

test('a model of pictures says that signals are none, and which models are for them', () => {
  const { message, hint, exitCode } = refusal('kaggle-cnn', 'mitdb', [100, 1], ['N', 'S', 'V', 'F', 'Q'])
  expect(message).toBe('kaggle-cnn is for pictures, mitdb holds signals of 100 samples')
  // Those meant for 100 x 1 come first.
  expect(hint).toBe('Models for these are ecg-lstm, ecg-rnn, ecg-rnn-fixed, signal-cnn, signal-lstm')
  expect(exitCode).toBe(2)
  expect(refusal('lenet5', 'iris.csv', [4], ['a', 'b'])).toMatchObject({
    message: 'lenet5 is for pictures, iris.csv holds rows of a table, 4 numbers each',
    hint: 'Models for these are table-mlp, table-linear',
  })
})

test('an autoencoder says that it learns no classes', () => {
  const { message, hint, exitCode } = refusal('mnist-autoencoder', 'mnist', [28, 28, 1], DIGITS)
  expect(message).toBe('mnist-autoencoder makes pictures of pictures, it learns no classes')
  expect(hint).toMatch(
    /inkling reproduce mnist-autoencoder\. Models for mnist are reader, pocket-reader, quick-cnn, .*\.\.\./,
  )
  expect(exitCode).toBe(2)
})

test('a model that can learn another kind of data is built for it', () => {
  expect(buildModel(findModel('mnist-bpnn'), 'mitdb', { shape: [100, 1], classes: DIGITS }).inputShape).toEqual([
    100, 1,
  ])
  // What is wrong with a model's own options or classes is told as it was.
  expect(refusal('glyph-cascade', 'drawn', [28, 28, 1], DIGITS).message).toMatch(/the data have no class "O"/)
})

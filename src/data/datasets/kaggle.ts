import { createHash } from 'node:crypto'
import type { Dataset } from '../dataset.ts'
import { openDataFile, unpackedSize } from '../files.ts'
import { type KaggleCsvOptions, KaggleCsvParser } from '../formats/kaggleCsv.ts'
import { DIGITS } from './mnist.ts'
import type { DatasetInfo, LoadContext } from './types.ts'

/** Reads a CSV file of Kaggle's layout piece by piece; `.gz` and `.br` are unpacked on the way. */
export async function readKaggleCsv(
  path: string,
  options: Partial<KaggleCsvOptions> & { name?: string } = {},
): Promise<{ dataset: Dataset; sha256: string }> {
  const parser = new KaggleCsvParser({ bytes: await unpackedSize(path), ...options, source: options.source ?? path })
  const hash = createHash('sha256')
  for await (const piece of openDataFile(path)) {
    hash.update(piece)
    parser.push(piece)
  }
  return { dataset: parser.finish(options.name ?? path), sha256: hash.digest('hex') }
}

/** Kaggle's digit-recognizer competition: rows of MNIST in another order, its test set without labels. */
export const kaggleInfo: DatasetInfo = {
  name: 'kaggle',
  title: 'Kaggle digit-recognizer',
  description: 'MNIST digits as CSV: 42,000 with labels, 28,000 without; all of them are pictures of MNIST',
  task: 'pictures',
  folders: ['kaggle', 'digit-recognizer'],
  shape: [28, 28, 1],
  classes: DIGITS,
  examples: { train: 42_000, unlabelled: 28_000 },
  address: 'https://www.kaggle.com/competitions/digit-recognizer/data',
  licence: 'as MNIST; the competition gives CC BY-SA 3.0',
  citation: 'Kaggle: Digit Recognizer, https://www.kaggle.com/competitions/digit-recognizer (2012)',
  howToGet:
    'Kaggle asks for an account: download train.csv and test.csv there and put them into a folder "kaggle" of your data folder.',
  files: [{ name: 'train.csv' }, { name: 'test.csv', optional: true }],
  async load(context) {
    const train = await readPart(context, 'train.csv', 'kaggle/train')
    const test = context.find('test.csv') && (await readPart(context, 'test.csv', 'kaggle/test'))
    return { train, unlabelled: test || undefined }
  },
}

async function readPart(context: LoadContext, file: string, name: string): Promise<Dataset> {
  const path = context.find(file) as string
  const { dataset, sha256 } = await readKaggleCsv(path, { name })
  context.note(path, sha256)
  return dataset
}

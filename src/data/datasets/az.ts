import { InklingError } from '../../errors.ts'
import type { Dataset } from '../dataset.ts'
import { readKaggleCsv } from './kaggle.ts'
import type { DatasetInfo, LoadContext } from './types.ts'

/** The class names of capital letters. */
export const LETTERS: readonly string[] = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
const TRAIN = 'az-sd19-train.csv'
const TEST = 'az-sd19-test.csv'
const KAGGLE_SAMPLE = 'az-kaggle-sample.csv'
const KAGGLE = 'A_Z Handwritten Data.csv'

/** The file of Kaggle, and those cut from NIST SD19 with the sample of Kaggle's. */
export const AZ_KAGGLE = KAGGLE
export const AZ_SD19: readonly string[] = [TRAIN, TEST, KAGGLE_SAMPLE]

/**
 * Capital letters of NIST Special Database 19 as CSV without a header: label 0..25, then 784 pixels. Either the three
 * files that are cut from SD19 (train, test) or Kaggle's one file (train only) are read.
 */
export const azInfo: DatasetInfo = {
  name: 'az',
  title: 'A-Z handwritten capital letters',
  description: 'handwritten capital letters of NIST Special Database 19, 28 x 28 grey, light ink on black',
  task: 'pictures',
  folders: ['az'],
  shape: [28, 28, 1],
  classes: LETTERS,
  examples: { train: 26_000, test: 7_800 },
  address: 'https://www.kaggle.com/datasets/sachinpatel21/az-handwritten-alphabets-in-csv-format',
  licence: 'NIST SD19: public domain (US government work); the Kaggle file: CC0',
  citation: 'P. Grother, K. Hanaoka: NIST Special Database 19, Handprinted Forms and Characters. NIST, 2016',
  howToGet: `Kaggle asks for an account: download "${KAGGLE}" there and put it into a folder "az" of your data folder.`,
  files: [
    {
      name: TRAIN,
      bytes: 47_635_273,
      md5: 'e174ae31549e2f36a04ab5e1d6efc821',
      sha256: '0912263845624e87a446f5185b86b7ed1bd5e0895bfccb6a74d8944842b63f06',
      optional: true,
    },
    {
      name: TEST,
      bytes: 14_240_944,
      md5: '3471fa75d60609656f0355c6016ef78c',
      sha256: 'df38e65d1352ad1b665f86abf96261f0ab5ec15d51855dd7cda6e0924eb7d5f7',
      optional: true,
    },
    {
      name: KAGGLE_SAMPLE,
      bytes: 10_271_172,
      md5: '1c241c376ae704eb7fcdc2a044343316',
      sha256: 'e541b28438bb02f19f1d50e13458a019b227a0cc2ed33ff313dbbff95db9e256',
      optional: true,
    },
    { name: KAGGLE, alsoNamed: ['A_Z_Handwritten_Data.csv', 'a-z.csv'], optional: true },
  ],
  async load(context) {
    const [trainFile, testFile] = context.find(TRAIN) ? [TRAIN, TEST] : [KAGGLE, undefined]
    if (!context.find(trainFile)) {
      throw new InklingError(`${context.folder} has neither ${TRAIN} nor "${KAGGLE}" (nor .gz, .br)`)
    }
    const train = await readPart(context, trainFile, 'az/train')
    const test = testFile && context.find(testFile) ? await readPart(context, testFile, 'az/test') : undefined
    return { train, test }
  },
}

async function readPart(context: LoadContext, file: string, name: string): Promise<Dataset> {
  const path = context.find(file) as string
  const { dataset, sha256 } = await readKaggleCsv(path, { name, classes: LETTERS })
  context.note(path, sha256)
  return dataset
}

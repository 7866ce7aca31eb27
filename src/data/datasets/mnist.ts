import { idxDataset } from '../formats/idx.ts'
import type { DataFile, DatasetInfo } from './types.ts'

/** The class names of digits. */
export const DIGITS: readonly string[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

const MIRRORS = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'http://yann.lecun.com/exdb/mnist/',
]

function file(name: string, bytes: number, md5: string, sha256: string): DataFile {
  // Some packers write "train-images.idx3-ubyte".
  const alsoNamed = [name.replace('-idx', '.idx')]
  return { name, alsoNamed, bytes, md5, sha256, urls: MIRRORS.map(base => `${base}${name}.gz`) }
}

/** Names of the four files, as every IDX folder of this layout has them. */
export const MNIST_FILES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const

/** MNIST. The checksums are those of the canonical unpacked files. */
export const mnistInfo: DatasetInfo = {
  name: 'mnist',
  title: 'MNIST handwritten digits',
  description:
    '70,000 handwritten digits, 28 x 28 grey, light ink on black, scaled into a 20 x 20 box and centred by mass',
  task: 'pictures',
  folders: ['mnist', 'MNIST/raw'],
  shape: [28, 28, 1],
  classes: DIGITS,
  examples: { train: 60_000, test: 10_000 },
  address: 'http://yann.lecun.com/exdb/mnist/',
  licence: 'Y. LeCun, C. Cortes, C. Burges; commonly given as CC BY-SA 3.0',
  citation:
    'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. Proc. IEEE 86(11), 1998',
  files: [
    file(
      MNIST_FILES.trainImages,
      47_040_016,
      '6bbc9ace898e44ae57da46a324031adb',
      'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    ),
    file(
      MNIST_FILES.trainLabels,
      60_008,
      'a25bea736e30d166cdddb491f175f624',
      '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    ),
    file(
      MNIST_FILES.testImages,
      7_840_016,
      '2646ac647ad5339dbf082846283269ea',
      '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    ),
    file(
      MNIST_FILES.testLabels,
      10_008,
      '27ae3e4e09519cfbb04c329615203637',
      'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    ),
  ],
  async load({ read }) {
    const train = idxDataset(
      'mnist/train',
      await read(MNIST_FILES.trainImages),
      await read(MNIST_FILES.trainLabels),
      DIGITS,
    )
    const test = idxDataset(
      'mnist/test',
      await read(MNIST_FILES.testImages),
      await read(MNIST_FILES.testLabels),
      DIGITS,
    )
    return { train, test }
  },
}

import { createDataset, type Dataset } from '../dataset.ts'
import { cifarCount, readCifarBatch } from '../formats/cifar.ts'
import type { DataFile, DatasetInfo, LoadContext } from './types.ts'

const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']

function file(name: string, md5: string, sha256: string): DataFile {
  return { name, bytes: 30_730_000, md5, sha256 }
}

/** CIFAR-10, binary version; loaded as u8 [32, 32, 3]. The checksums are those of the archive's members. */
export const cifar10Info: DatasetInfo = {
  name: 'cifar-10',
  title: 'CIFAR-10 photographs',
  description: '60,000 colour photographs of ten kinds of things, 32 x 32 RGB',
  task: 'pictures',
  folders: ['cifar-10', 'cifar-10-batches-bin'],
  shape: [32, 32, 3],
  classes: CLASSES,
  examples: { train: 50_000, test: 10_000 },
  address: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  licence: 'none stated; free for use with citation',
  citation: 'A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, Toronto, 2009',
  archive: {
    urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
  },
  files: [
    file(
      'data_batch_1.bin',
      '5dd7e06a14cb22eb9f671a540d1b7c25',
      'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
    ),
    file(
      'data_batch_2.bin',
      '5ea93a67294ea407fff1d09f752e9692',
      'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
    ),
    file(
      'data_batch_3.bin',
      '942cd6a4bcdd0dd3c604fbe906cb4421',
      'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
    ),
    file(
      'data_batch_4.bin',
      'ae636b3ba5c66a11e91e8cb52e771fcb',
      '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
    ),
    file(
      'data_batch_5.bin',
      '53f37980c15c3d472c316c40844f3f0d',
      '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
    ),
    file(
      'test_batch.bin',
      '803d5f7f4d78ea53de84dbe85f74fb6d',
      '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
    ),
  ],
  async load(context) {
    const batches = [1, 2, 3, 4, 5].map(k => `data_batch_${k}.bin`)
    return {
      train: await read('cifar-10/train', batches, context),
      test: await read('cifar-10/test', ['test_batch.bin'], context),
    }
  },
}

async function read(name: string, batches: string[], context: LoadContext): Promise<Dataset> {
  // Every batch has as many records as the first in the canonical files; the store is cut to what came.
  let features = new Uint8Array(0)
  let labels = new Int32Array(0)
  let count = 0
  for (const batch of batches) {
    const { bytes, source } = await context.read(batch)
    const needed = count + cifarCount(bytes, source)
    if (labels.length < needed) {
      const room = Math.max(needed, batches.length * cifarCount(bytes, source))
      features = grown(features, new Uint8Array(room * 3072))
      labels = grown(labels, new Int32Array(room))
    }
    count += readCifarBatch(bytes, source, features, labels, count)
  }
  return createDataset({
    name,
    shape: [32, 32, 3],
    classes: CLASSES,
    features: features.subarray(0, count * 3072),
    labels: labels.subarray(0, count),
  })
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

import { createDataset, type Dataset } from '../dataset.ts'
import { CIFAR_100, cifarCount, readCifarBatch } from '../formats/cifar.ts'
import type { DatasetInfo, LoadContext } from './types.ts'

/** The 100 fine classes in label order, as in the archive's fine_label_names.txt. */
const CLASSES =
  `apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish
forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle
mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum
rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower
sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman
worm`.split(/\s+/)

/** CIFAR-100, binary version, fine labels; loaded as u8 [32, 32, 3]. */
export const cifar100Info: DatasetInfo = {
  name: 'cifar-100',
  title: 'CIFAR-100 photographs',
  description: '60,000 colour photographs of a hundred kinds of things, 32 x 32 RGB',
  task: 'pictures',
  folders: ['cifar-100', 'cifar-100-binary'],
  shape: [32, 32, 3],
  classes: CLASSES,
  examples: { train: 50_000, test: 10_000 },
  address: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  licence: 'none stated; free for use with citation',
  citation: 'A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, Toronto, 2009',
  archive: {
    urls: ['https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz'],
  },
  files: [
    { name: 'train.bin', bytes: 153_700_000 },
    { name: 'test.bin', bytes: 30_740_000 },
  ],
  async load(context) {
    return {
      train: await read('cifar-100/train', 'train.bin', context),
      test: await read('cifar-100/test', 'test.bin', context),
    }
  },
}

async function read(name: string, file: string, context: LoadContext): Promise<Dataset> {
  const { bytes, source } = await context.read(file)
  const count = cifarCount(bytes, source, CIFAR_100)
  const features = new Uint8Array(count * 3072)
  const labels = new Int32Array(count)
  readCifarBatch(bytes, source, features, labels, 0, CIFAR_100)
  return createDataset({ name, shape: [32, 32, 3], classes: CLASSES, features, labels })
}

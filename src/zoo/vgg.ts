// vgg11 (column A) 132,863,336, vgg11-lrn the same, vgg13 (B) 133,047,848, vgg16-c (C) 133,638,952, vgg16 (D)
// 138,357,544, vgg19 (E) 143,667,240 parameters. Simonyan and Zisserman 2015, table 1, which prints 133, 133, 134, 138
// and 144 million; xu-2022 describes them.
// mnist-vgg-a 613,210, -b 624,922, mnist-vgg (D) 957,978, -e 1,291,034: the columns at a quarter of the width for 28x28,
// with batch normalisation, without which the deeper ones do not start to learn (the source starts them from the weights of A).
import {
  activation,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  type Layer,
  localResponseNorm,
  maxPool2d,
  sequential,
} from '../nn/index.ts'
import { type Network, type ZooEntry, zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'

/** What stands before each pool: a number for a 3x3 convolution, `one` for a 1x1, `lrn` for local response normalisation. */
type Step = 'three' | 'one' | 'lrn'
const threes = (n: number): Step[] => new Array<Step>(n).fill('three')
const columns = {
  A: [threes(1), threes(1), threes(2), threes(2), threes(2)],
  'A-LRN': [['three', 'lrn'], threes(1), threes(2), threes(2), threes(2)],
  B: [threes(2), threes(2), threes(2), threes(2), threes(2)],
  C: [threes(2), threes(2), ...new Array<Step[]>(3).fill(['three', 'three', 'one'])],
  D: [threes(2), threes(2), threes(3), threes(3), threes(3)],
  E: [threes(2), threes(2), threes(4), threes(4), threes(4)],
} satisfies Record<string, Step[][]>
export type VggColumn = keyof typeof columns

export interface VggSettings {
  /** Channels of the five levels. */
  widths: readonly number[]
  /** Units of the two dense layers before the last. */
  units: number
  /** Normalises each convolution by the batch. */
  normalised: boolean
}

const full: VggSettings = { widths: [64, 128, 256, 512, 512], units: 4096, normalised: false }
/** A 28x28 picture trains at some 100 MFLOP. */
const narrow: VggSettings = { widths: [16, 32, 64, 128, 128], units: 128, normalised: true }

/** A column of the table at any size; pools round up, so that small pictures pass all five. */
export function vgg(column: VggColumn, { widths, units, normalised }: VggSettings = full): Network {
  const convolution = (filters: number, step: Step): Layer[] => {
    if (step === 'lrn') return [localResponseNorm()]
    const size = step === 'one' ? 1 : 3
    const kernelInitializer = 'heNormal'
    if (!normalised) return [conv2d(filters, size, { padding: 'same', activation: 'relu', kernelInitializer })]
    return [
      conv2d(filters, size, { padding: 'same', useBias: false, kernelInitializer }),
      batchNorm({ momentum: 0.9 }),
      activation('relu'),
    ]
  }
  const hidden = () => [dense(units, { activation: 'relu', kernelInitializer: 'heNormal' }), dropout(0.5)]
  return ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [
        ...columns[column].flatMap((steps, level) => [
          ...steps.flatMap(step => convolution(widths[level], step)),
          maxPool2d(2, { padding: 'same' }),
        ]),
        flatten(),
        ...hidden(),
        ...hidden(),
        dense(classes, { activation: 'softmax' }),
      ],
      { name },
    )
}

const paper = (id: string, column: VggColumn, layers: number, total: number): ZooEntry =>
  zooEntry({
    id,
    title: `VGG with ${layers} weight layers (column ${column}), for 1000 classes of photographs`,
    source: 'Simonyan and Zisserman 2015, described in Xu 2022',
    inputShape: [224, 224, 3],
    classes: 1000,
    parameters: { total, trainable: total },
    network: vgg(column),
    recipes: byId(house()),
  })

const small = (id: string, column: VggColumn, layers: number, parameters: ZooEntry['parameters']): ZooEntry =>
  zooEntry({
    id,
    title: `VGG with ${layers} weight layers (column ${column}), narrow and normalised, for digits`,
    source: 'Simonyan and Zisserman 2015 at 28x28; 16 to 128 channels and batch normalisation chosen here',
    inputShape: [28, 28, 1],
    classes: 10,
    parameters,
    network: vgg(column, narrow),
    recipes: byId(house()),
  })

export const vggs: readonly ZooEntry[] = [
  paper('vgg11', 'A', 11, 132_863_336),
  paper('vgg11-lrn', 'A-LRN', 11, 132_863_336),
  paper('vgg13', 'B', 13, 133_047_848),
  paper('vgg16-c', 'C', 16, 133_638_952),
  paper('vgg16', 'D', 16, 138_357_544),
  paper('vgg19', 'E', 19, 143_667_240),
]

export const mnistVggs: readonly ZooEntry[] = [
  small('mnist-vgg-a', 'A', 11, { total: 613_210, trainable: 611_834 }),
  small('mnist-vgg-b', 'B', 13, { total: 624_922, trainable: 623_450 }),
  small('mnist-vgg', 'D', 16, { total: 957_978, trainable: 955_866 }),
  small('mnist-vgg-e', 'E', 19, { total: 1_291_034, trainable: 1_288_282 }),
]

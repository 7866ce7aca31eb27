// resnet18 11,689,512, resnet34 21,797,672, resnet50 25,557,032 trainable parameters, and the running statistics (He et
// al. 2016; PyTorch's counts; xu-2022 describes ResNet-50). mnist-resnet: resnet18 at a quarter of the width for 28x28, 703,578.
import {
  activation,
  batchNorm,
  conv2d,
  dense,
  globalAveragePool2d,
  type Layer,
  maxPool2d,
  sequential,
} from '../nn/index.ts'
import { type Network, type ZooEntry, zooEntry } from './entry.ts'
import { byId, house } from './recipe.ts'
import { bottleneckBlock, residualBlock } from './residualBlock.ts'

export interface ResnetSettings {
  /** Blocks of the four levels; each level but the first halves the picture. */
  blocks: readonly number[]
  /** Channels of the first level; they double at each. */
  width: number
  block: 'basic' | 'bottleneck'
  /** 'large': 7x7 with stride 2 and a pool, for photographs; 'small': 3x3, for pictures of some 30 pixels. */
  stem: 'large' | 'small'
}

const norm = { momentum: 0.9, epsilon: 1e-5 }

/** A residual network of any depth and width. */
export function resnet({ blocks, width, block, stem }: ResnetSettings): Network {
  const make = block === 'basic' ? residualBlock : bottleneckBlock
  const first = (): Layer[] => {
    const size = stem === 'large' ? 7 : 3
    const strides = stem === 'large' ? 2 : 1
    return [
      conv2d(width, size, { strides, padding: (size - 1) / 2, useBias: false, kernelInitializer: 'heNormal' }),
      batchNorm(norm),
      activation('relu'),
      ...(stem === 'large' ? [maxPool2d(3, { strides: 2, padding: 1 })] : []),
    ]
  }
  const level = (count: number, n: number) =>
    Array.from({ length: count }, (_, i) => {
      const strides = i === 0 && n > 0 ? 2 : 1
      return make(width * 2 ** n, { strides, widens: i === 0 && (n > 0 || block === 'bottleneck'), norm })
    })
  return ({ inputShape, classes, name }) =>
    sequential(
      inputShape,
      [...first(), ...blocks.flatMap(level), globalAveragePool2d(), dense(classes, { activation: 'softmax' })],
      { name },
    )
}

function paper(depth: number, settings: Omit<ResnetSettings, 'width' | 'stem'>, parameters: ZooEntry['parameters']) {
  return zooEntry({
    id: `resnet${depth}`,
    title: `ResNet with ${depth} weight layers, for 1000 classes of photographs`,
    source:
      'He et al. 2016; strides in the 3x3 convolutions, as PyTorch has them' +
      (depth === 50 ? '; described in Xu 2022' : ''),
    inputShape: [224, 224, 3],
    classes: 1000,
    parameters,
    network: resnet({ ...settings, width: 64, stem: 'large' }),
    recipes: byId(house()),
  })
}

export const resnets: readonly ZooEntry[] = [
  paper(18, { blocks: [2, 2, 2, 2], block: 'basic' }, { total: 11_699_112, trainable: 11_689_512 }),
  paper(34, { blocks: [3, 4, 6, 3], block: 'basic' }, { total: 21_814_696, trainable: 21_797_672 }),
  paper(50, { blocks: [3, 4, 6, 3], block: 'bottleneck' }, { total: 25_610_152, trainable: 25_557_032 }),
]

export const mnistResnet = zooEntry({
  id: 'mnist-resnet',
  title: 'ResNet with 18 weight layers, narrow, for digits: the residual twin of mnist-vgg-e',
  source: 'He et al. 2016 at 28x28; 16 to 128 channels and a 3x3 convolution in front chosen here',
  inputShape: [28, 28, 1],
  classes: 10,
  parameters: { total: 703_578, trainable: 701_178 },
  network: resnet({ blocks: [2, 2, 2, 2], width: 16, block: 'basic', stem: 'small' }),
  recipes: byId(house()),
})

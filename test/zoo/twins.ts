import type { Model } from '../../src/nn/index.ts'
import { inceptionV1, type Network, type ResnetSettings, resnet, type VggColumn, vgg } from '../../src/zoo/index.ts'

/** Ten classes of colour pictures, so many pixels wide and high; default: enough for every layer of the large model. */
type Twin = (side?: number) => Model

const twin =
  (network: Network, enough: number): Twin =>
  (side = enough) =>
    network({ inputShape: [side, side, 3], classes: 10, name: 'twin' })

// More channels than the five that local response normalisation looks at; units enough to learn beside dropout.
const narrowVgg = (column: VggColumn) =>
  twin(vgg(column, { widths: [8, 12, 16, 24, 24], units: 256, normalised: false }), 32)

// The last level has 2x2 pixels: normalising the one pixel of a few pictures would magnify every rounding.
const narrowResnet = (settings: Pick<ResnetSettings, 'blocks' | 'block'>) =>
  twin(resnet({ ...settings, width: 4, stem: 'large' }), 64)

/** By id the models for photographs with all their layers but few channels, to run where the models take too long. */
export const twins: Readonly<Record<string, Twin>> = {
  vgg11: narrowVgg('A'),
  'vgg11-lrn': narrowVgg('A-LRN'),
  vgg13: narrowVgg('B'),
  'vgg16-c': narrowVgg('C'),
  vgg16: narrowVgg('D'),
  vgg19: narrowVgg('E'),
  // The least that leaves room for the auxiliary heads.
  'inception-v1': twin(inceptionV1({ share: 1 / 8 }), 65),
  resnet18: narrowResnet({ blocks: [2, 2, 2, 2], block: 'basic' }),
  resnet34: narrowResnet({ blocks: [3, 4, 6, 3], block: 'basic' }),
  resnet50: narrowResnet({ blocks: [3, 4, 6, 3], block: 'bottleneck' }),
}

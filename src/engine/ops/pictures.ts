import type { Op, Tensor } from '../graph.ts'
import { type AugmentSettings, augmentPicture } from './augmentPicture.ts'
import { expectDType, expectRank, f32 } from './check.ts'

export interface PicturesAttrs {
  /** y = byte * scale[c] + shift[c]; one entry, or one a channel. */
  scale: readonly number[]
  shift: readonly number[]
}

/** Picture bytes to numbers: [.., channels] u8 -> f32. */
export const picturesOp: Op<PicturesAttrs> = {
  name: 'pictures',
  infer([x]) {
    expectDType('pictures', 'input', x, 'u8')
    return [f32(x.shape)]
  },
  reference({ attrs: { scale, shift }, inputs: [x], outputs: [y], inputSpecs: [spec] }) {
    const channels = spec.shape[spec.shape.length - 1]
    for (let i = 0; i < x.length; i++) {
      const c = i % channels
      y[i] = x[i] * scale[c % scale.length] + shift[c % shift.length]
    }
  },
}

export interface AugmentAttrs extends PicturesAttrs {
  settings: AugmentSettings
}

/**
 * Picture bytes, randomly turned, zoomed, shifted, flipped, cropped and warped, to numbers.
 * Inputs: x u8 [batch, height, width, channels], index i32 [batch] (which example), seed i32 [2] (seed, epoch).
 * What happens to a picture depends on (seed, epoch, index) alone.
 */
export const augmentOp: Op<AugmentAttrs> = {
  name: 'augment',
  infer([x]) {
    expectDType('augment', 'input', x, 'u8')
    expectRank('augment', 'input', x, 4)
    return [f32(x.shape)]
  },
  reference({ attrs: { settings, scale, shift }, inputs: [x, index, seed], outputs: [y], inputSpecs: [spec] }) {
    const [batch, height, width, channels] = spec.shape
    const size = height * width * channels
    for (let n = 0; n < batch; n++)
      augmentPicture({
        source: (x as Uint8Array).subarray(n * size, (n + 1) * size),
        target: y.subarray(n * size, (n + 1) * size),
        height,
        width,
        channels,
        settings,
        scale,
        shift,
        seed: seed[0],
        epoch: seed[1],
        index: index[n],
      })
  },
}

/** Bytes 0..255 to numbers byte * scale + shift (default 0..1). */
export const pictures = (x: Tensor, scale: readonly number[] = [1 / 255], shift: readonly number[] = [0]): Tensor =>
  x.graph.add(picturesOp, [x], { scale, shift })[0]

/** As `pictures`, with random augmentation keyed by (seed, epoch, index). */
export const augment = (x: Tensor, index: Tensor, seed: Tensor, attrs: AugmentAttrs): Tensor =>
  x.graph.add(augmentOp, [x, index, seed], attrs)[0]

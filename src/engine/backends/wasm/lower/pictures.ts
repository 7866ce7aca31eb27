import { type Op, sizeOf } from '../../../graph.ts'
import { augmentSettingsBlock } from '../../../ops/augmentPicture.ts'
import { type AugmentAttrs, augmentOp, type PicturesAttrs, picturesOp } from '../../../ops/pictures.ts'
import type { Program } from '../program.ts'
import type { Lowering } from './table.ts'

export function pictureLowerings(): [Op, Lowering][] {
  return [
    [picturesOp, pictures],
    [augmentOp, augment],
  ]
}

/** Scale and shift for every channel. */
function normalisation(program: Program, { scale, shift }: PicturesAttrs, channels: number) {
  const all = (values: readonly number[]) => Array.from({ length: channels }, (_, c) => values[c % values.length])
  return { scale: program.constant(all(scale)), shift: program.constant(all(shift)) }
}

const pictures: Lowering = ({ main, outputs: [y] }, program) => {
  const [x] = main.inputs
  const channels = x.shape[x.shape.length - 1]
  const attrs = main.attrs as unknown as PicturesAttrs
  // One pair for all channels lets any shape run in whole vectors.
  const per = attrs.scale.length === 1 && attrs.shift.length === 1 ? 1 : channels
  program.emit('pictures', {
    src: program.at(x),
    dst: program.output(y),
    count: sizeOf(x.shape),
    channels: per,
    ...normalisation(program, attrs, per),
  })
}

const augment: Lowering = ({ main, outputs: [y] }, program) => {
  const [x, index, seed] = main.inputs
  const [images, H, W, C] = x.shape
  const attrs = main.attrs as unknown as AugmentAttrs
  program.emit('augment', {
    src: program.at(x),
    dst: program.output(y),
    ...{ images, H, W, C },
    index: program.at(index),
    seed: program.at(seed),
    settings: program.constant(augmentSettingsBlock(attrs.settings)),
    ...normalisation(program, attrs, C),
  })
}

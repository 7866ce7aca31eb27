import type { FitRule, PictureForm } from './fitting.ts'
import type { ImageLook } from './look.ts'

/** Random changes of pictures while training; the names are those of the engine's augmentation. */
export interface ProposedChanges {
  rotate?: number
  zoom?: number
  shiftX?: number
  shiftY?: number
  flip?: number
  crop?: number
}

/** How a folder of pictures is best learned, and why. */
export interface ImageProposal {
  form: PictureForm
  model: {
    kind: 'small network' | 'convolutional network' | 'deep convolutional network'
    /** Models of that kind by name, the best first. */
    candidates: readonly string[]
    epochs: number
  }
  augment: ProposedChanges
  /** Shares for training and test where the folder has no parts. */
  split: 'as the folder has it' | { train: number; test: number }
  /** Five lines: size, colour and fit, model, augmentation, split. */
  reasons: string[]
  /** What is likely to spoil the result. */
  warnings: string[]
}

/** Fewer pictures of a class than this teach and prove little. */
const FEW = 20

/** Chooses by a look at the pictures. */
export function proposeFor(look: ImageLook): ImageProposal {
  const size = sizeFor(look)
  const form: PictureForm = { height: size.side, width: size.side, channels: look.grey ? 1 : 3, ...fitFor(look) }
  const model = modelFor(look, size.side)
  const augment = augmentFor(look, size.side)
  const split = splitFor(look)
  return {
    form: { height: form.height, width: form.width, channels: form.channels, fit: form.fit },
    model: model.model,
    augment: augment.augment,
    split: split.split,
    reasons: [
      `size ${size.side} x ${size.side}: ${size.why}`,
      `${look.grey ? 'grey' : 'colour'}, ${form.fit}: ${fitFor(look).why}`,
      `${model.model.kind}, ${model.model.epochs} epochs: ${model.why}`,
      `random ${words(augment.augment)}: ${augment.why}`,
      `split: ${split.why}`,
    ],
    warnings: warningsOf(look),
  }
}

function sizeFor({ shorter, grey, width, height, count }: ImageLook): { side: number; why: string } {
  const range =
    width.least === width.most && height.least === height.most
      ? `all are ${width.most} x ${height.most}`
      : `they are ${width.middle} x ${height.middle} in the middle, ${width.least} x ${height.least} to ${width.most} x ${height.most}`
  if (grey && shorter <= 28) return { side: 28, why: `${range}, the size of MNIST's digits` }
  if (shorter < 48) return { side: 32, why: `${range}; enlarging them would only cost time` }
  if (shorter < 160 || count > 4000)
    return { side: 64, why: `${range}; 64 keeps what tells them apart, 128 costs four times as much` }
  return { side: 96, why: `${range}, and ${count} are few enough to be looked at closely` }
}

function fitFor({ square, plain, grey }: ImageLook): { fit: FitRule; why: string } {
  const colour = grey ? 'none has colour' : 'colour tells things apart'
  if (square > 0.95) return { fit: 'crop', why: `${colour}; nearly all are square, so next to nothing is cut off` }
  if (plain)
    return {
      fit: 'letterbox',
      why: `${colour}; most stand on a plain ground, so the whole is kept and the ground extended`,
    }
  return { fit: 'crop', why: `${colour}; photos bear that their edges are cut off, and nothing is distorted` }
}

function modelFor({ count, grey, classes }: ImageLook, side: number): { model: ImageProposal['model']; why: string } {
  // So many 32 x 32 pictures are seen in five to ten minutes on two cores.
  const seen = 250_000 / (side / 32) ** 2
  const epochs = Math.min(60, Math.max(8, Math.round(seen / count)))
  if (grey && side <= 32) {
    const candidates = ['quick-cnn', 'compare-cnn']
    const model = { kind: 'convolutional network', candidates, epochs: Math.min(20, epochs) } as const
    return { model, why: 'small grey shapes need no more' }
  }
  if (count < 1000 || count < 20 * classes.length) {
    const model = { kind: 'small network', candidates: ['cifar-cnn', 'quick-cnn'], epochs } as const
    return { model, why: `${count} pictures would be learned by heart by a larger one` }
  }
  // Four times as fast as a residual network: in the same minutes it gets further.
  const candidates = ['cifar-fast', 'cifar-resnet', 'quick-cnn']
  const model = { kind: 'deep convolutional network', candidates, epochs } as const
  return { model, why: `${count} pictures of ${classes.length} classes are enough for it` }
}

function augmentFor({ grey, plain }: ImageLook, side: number): { augment: ProposedChanges; why: string } {
  if (grey && plain) {
    const augment = { rotate: 10, zoom: 0.1, shiftX: 0.1, shiftY: 0.1 }
    return { augment, why: 'drawings and writing vary so; mirrored they may mean something else' }
  }
  if (plain) {
    const augment = { flip: 0.5, rotate: 10, zoom: 0.1, shiftX: 0.1, shiftY: 0.1 }
    return { augment, why: 'things lie a little turned, moved, or the other way round' }
  }
  return { augment: { flip: 0.5, crop: Math.round(side / 8) }, why: 'a photo and its mirror image show the same thing' }
}

function splitFor({ parts, count }: ImageLook): { split: ImageProposal['split']; why: string } {
  if (parts) {
    const { train, validation, test } = parts
    const held =
      test > 0 ? `${test} to test with` : validation > 0 ? `the ${validation} of val to test with` : 'none to test with'
    return { split: 'as the folder has it', why: `the folder has its own: ${train} to train on, ${held}` }
  }
  const test = count < 500 ? 0.25 : count > 20_000 ? 0.1 : 0.2
  const share = `${100 * test} % of each class to test with`
  return { split: { train: 1 - test, test }, why: `${share}, drawn by the seed, copies of one picture on one side` }
}

function warningsOf({ classes, unreadable, sampled }: ImageLook): string[] {
  const warnings: string[] = []
  const few = classes.filter(({ count }) => count < FEW)
  if (few.length > 0) {
    const list = few.slice(0, 5).map(({ label, count }) => `${label} (${count})`)
    warnings.push(
      `${few.length} of ${classes.length} classes have under ${FEW} pictures: ${list.join(', ')}${few.length > 5 ? ', ...' : ''}`,
    )
  }
  const counts = classes.map(({ count }) => count)
  if (Math.max(...counts) > 10 * Math.min(...counts)) {
    warnings.push('the largest class has over ten times the pictures of the smallest: consider class weights')
  }
  if (unreadable > 0) warnings.push(`${unreadable} of ${sampled} pictures tried cannot be read`)
  return warnings
}

/** `flip 0.5, crop 4`. */
function words(changes: ProposedChanges): string {
  return Object.entries(changes)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

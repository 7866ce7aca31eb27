import { type Dataset, gather } from '../data/dataset.ts'
import { drawnDigits } from '../data/synthetic/digits.ts'
import { InklingError } from '../errors.ts'

/** A dataset of digits with `count` drawn ones behind its own: other hands, other pens. The validation part has none. */
export function withDrawnDigits(ds: Dataset, count: number, seed: number): Dataset {
  if (
    ds.shape.join() !== '28,28,1' ||
    ds.classes.join() !== '0,1,2,3,4,5,6,7,8,9' ||
    !(ds.features instanceof Uint8Array)
  )
    throw new InklingError(`this recipe adds drawn digits, but ${ds.name} holds no digits of 28 x 28`, { exitCode: 2 })
  const stride = 28 * 28
  const features = new Uint8Array((ds.length + count) * stride)
  const labels = new Int32Array(ds.length + count)
  gather(
    ds,
    Uint32Array.from({ length: ds.length }, (_, i) => i),
    features,
    labels,
  )
  const drawn = drawnDigits({ count, seed })
  features.set(drawn.features as Uint8Array, ds.length * stride)
  labels.set(drawn.labels as Int32Array, ds.length)
  return {
    name: `${ds.name} and ${count} drawn`,
    shape: ds.shape,
    classes: ds.classes,
    length: ds.length + count,
    features,
    labels,
  }
}

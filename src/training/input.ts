import type { Dataset } from '../data/dataset.ts'
import type { InputForm } from '../nn/inputForm.ts'

/** How a model wants its values: value * scale + shift, one entry or one a channel, held within 0..1 by `clip`. Bytes count as 0..255. */
export type InputScaling = Pick<InputForm, 'scale' | 'shift' | 'clip'>

/** How the examples of a dataset enter a model: bytes as 0..1, numbers as they are, unless scaled otherwise. */
export function inputFormOf(dataset: Dataset, { scale, shift, clip }: InputScaling = {}): InputForm {
  return { dtype: dataset.features instanceof Uint8Array ? 'u8' : 'f32', scale, shift, clip }
}

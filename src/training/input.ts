import type { Dataset } from '../data/dataset.ts'
import type { InputForm } from '../nn/inputForm.ts'

/** How a model wants its values: value * scale + shift, one entry or one a channel. Bytes count as 0..255. */
export type InputScaling = Pick<InputForm, 'scale' | 'shift'>

/** How the examples of a dataset enter a model: bytes as 0..1, numbers as they are, unless scaled otherwise. */
export function inputFormOf(dataset: Dataset, { scale, shift }: InputScaling = {}): InputForm {
  return { dtype: dataset.features instanceof Uint8Array ? 'u8' : 'f32', scale, shift }
}

import { type AttributeProto, attributeTypes, type Sparse } from './schema.ts'
import { floatProto } from './tensors.ts'

/** A whole number, a list of them, a text, a list of texts, a number with a point, or values [n]. */
export type AttributeValue =
  | number
  | readonly number[]
  | string
  | readonly string[]
  | { readonly float: number }
  | { readonly tensor: Float32Array; readonly shape?: readonly number[] }

/** An attribute as files have it. */
export function attributeProto(name: string, value: AttributeValue): Sparse<AttributeProto> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value }
  if (typeof value === 'string') return { name, type: attributeTypes.string, s: bytes(value) }
  if ('tensor' in value) {
    const { tensor, shape = [tensor.length] } = value
    return { name, type: attributeTypes.tensor, t: floatProto('', shape, tensor) }
  }
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float }
  if (value.length > 0 && typeof value[0] === 'string')
    return { name, type: attributeTypes.strings, strings: (value as readonly string[]).map(bytes) }
  return { name, type: attributeTypes.ints, ints: [...(value as readonly number[])] }
}

import { decodeGrey } from '../data/pictures/decode.ts'
import { prepareDigit } from '../data/pictures/digit.ts'
import { InklingError } from '../errors.ts'

/**
 * The values [28, 28, 1] that a picture file holds: its ink found, cropped and centred as MNIST's was.
 * PNG anywhere; JPEG, WebP and others on Node.
 */
export async function pictureValues(bytes: Uint8Array, shape: readonly number[]): Promise<Uint8Array> {
  if (shape.join() !== '28,28,1')
    throw new InklingError(
      `pictures are prepared for models that read [28, 28, 1], this one reads [${shape.join(', ')}]`,
      {
        hint: 'Prepare them yourself and pass their values.',
      },
    )
  const onNode =
    typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string'
  const decodeOther = onNode ? (await import('../data/pictures/sharp.ts')).decodeWithSharp : undefined
  return prepareDigit(await decodeGrey(bytes, { decodeOther })).pixels
}

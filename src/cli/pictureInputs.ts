import { createDataset } from '../data/dataset.ts'
import { isMissingDecoder } from '../data/images/decoding.ts'
import { fitPicture, type PictureForm } from '../data/images/fitting.ts'
import { prepareDigit } from '../data/pictures/digit.ts'
import { expandPictures, readGrey, readPicture } from '../data/pictures/files.ts'
import { InklingError } from '../errors.ts'
import type { Inputs, Reads } from './inputForm.ts'
import { readEach } from './readEach.ts'

/** Bytes of one example. */
interface Prepared {
  pixels: Uint8Array
  /** No ink was found in it. */
  blank?: boolean
}

/**
 * Reads pictures, and folders of them, as the run reads its examples. Of several files the unreadable ones are left out.
 * @param form how the run made its own pictures; undefined where it learned a set of examples that were ready
 */
export async function readPictures(
  paths: readonly string[],
  form: PictureForm | undefined,
  { inputShape: shape, classes }: Reads,
): Promise<Inputs> {
  const prepare = preparationFor(form, shape)
  const files = expandPictures(paths)
  const stride = shape.reduce((a, b) => a * b, 1)
  const features = new Uint8Array(files.length * stride)
  const names: string[] = []
  const blank = new Set<string>()
  const add = async (file: string) => {
    const picture = await prepare(file)
    features.set(picture.pixels, names.length * stride)
    names.push(file)
    if (picture.blank) blank.add(file)
  }
  const unreadable = await readEach(files, 'pictures', add, isMissingDecoder)
  const read = features.subarray(0, names.length * stride)
  return { dataset: createDataset({ name: 'pictures', shape, classes, features: read }), names, blank, unreadable }
}

function preparationFor(form: PictureForm | undefined, shape: readonly number[]): (path: string) => Promise<Prepared> {
  // MNIST's form: light ink on black, cropped and centred.
  if (!form && shape.join() === '28,28,1') return async path => prepareDigit(await readGrey(path))
  const fitted = form ?? formOf(shape)
  return async path => ({ pixels: fitPicture(await readPicture(path), fitted) })
}

/** Photographs of a set such as CIFAR-10 fill their squares: the middle is taken, as from a folder of photographs. */
function formOf(shape: readonly number[]): PictureForm {
  const [height, width, channels] = shape
  if (shape.length === 3 && (channels === 1 || channels === 3)) return { height, width, channels, fit: 'crop' }
  throw new InklingError(`this run reads examples of shape [${shape.join(', ')}], which are no pictures`, {
    exitCode: 2,
    hint: 'Pictures are [height, width, 1 or 3]. The examples of a data set are read by: inkling evaluate RUN --data NAME',
  })
}

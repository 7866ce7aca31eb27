import { InklingError } from '../../errors.ts'
import { createRandom } from '../../random.ts'
import { readPicture } from '../pictures/files.ts'
import { type Picture, toGrey } from '../pictures/picture.ts'
import { edgeColour } from './fitting.ts'
import type { ImageListing } from './types.ts'

/** What the pictures of a folder are like. */
export interface ImageLook {
  count: number
  classes: { label: string; count: number }[]
  /** How many of each part, where the folder has parts. */
  parts?: { train: number; validation: number; test: number }
  /** Pictures that were opened for the rest, and those of them that could not be read. */
  sampled: number
  unreadable: number
  width: { least: number; middle: number; most: number }
  height: { least: number; middle: number; most: number }
  /** Middle of the shorter sides. */
  shorter: number
  /** Share of pictures whose longer side is at most 1.1 times the shorter. */
  square: number
  /** No picture (of fifty) has colour. */
  grey: boolean
  /** Most have one colour all along their edge, as drawings, scans and cut-out things do. */
  plain: boolean
}

/** Opens up to `sample` pictures, drawn by the seed, and says what they are like. */
export async function lookAtImages(
  listing: ImageListing,
  options: { sample?: number; seed?: number } = {},
): Promise<ImageLook> {
  const { images, classes } = listing
  const order = createRandom(options.seed ?? 0)
    .fork('look')
    .shuffle(Uint32Array.from(images.keys()))
  const widths: number[] = []
  const heights: number[] = []
  let [unreadable, square, coloured, plain] = [0, 0, 0, 0]
  const sampled = Math.min(options.sample ?? 200, images.length)
  for (const index of order.subarray(0, sampled)) {
    const picture = await readPicture(images[index].path).catch(error => {
      if (error instanceof InklingError && !/the package "sharp"/.test(error.message)) return undefined
      throw error
    })
    if (!picture) {
      unreadable++
      continue
    }
    widths.push(picture.width)
    heights.push(picture.height)
    if (Math.max(picture.width, picture.height) <= 1.1 * Math.min(picture.width, picture.height)) square++
    if (hasColour(picture)) coloured++
    if (hasPlainEdge(picture)) plain++
  }
  const read = widths.length
  if (read === 0) {
    throw new InklingError(`none of ${sampled} pictures of ${listing.root} can be read: ${images[order[0]].name}`)
  }
  const counts = classes.map(() => 0)
  for (const image of images) counts[image.label]++
  const inPart = (part: string) => images.reduce((n, image) => n + (image.part === part ? 1 : 0), 0)
  return {
    count: images.length,
    classes: classes.map((label, c) => ({ label, count: counts[c] })),
    parts: images.some(image => image.part)
      ? { train: inPart('train'), validation: inPart('validation'), test: inPart('test') }
      : undefined,
    sampled,
    unreadable,
    width: rangeOf(widths),
    height: rangeOf(heights),
    shorter: rangeOf(widths.map((w, i) => Math.min(w, heights[i]))).middle,
    square: square / read,
    grey: coloured <= read / 50,
    plain: plain > 0.6 * read,
  }
}

function rangeOf(values: readonly number[]): { least: number; middle: number; most: number } {
  const sorted = [...values].sort((a, b) => a - b)
  return { least: sorted[0], middle: sorted[sorted.length >> 1], most: sorted[sorted.length - 1] }
}

/** More than a hundredth of the pixels are clearly coloured. */
function hasColour({ channels, data }: Picture): boolean {
  if (channels < 3) return false
  let coloured = 0
  for (let p = 0; p < data.length; p += channels) {
    const [r, g, b] = [data[p], data[p + 1], data[p + 2]]
    if (Math.max(r, g, b) - Math.min(r, g, b) > 16) coloured++
  }
  return coloured > data.length / channels / 100
}

/** Nine tenths of the border lie within 12 grey levels of its middle. */
function hasPlainEdge(picture: Picture): boolean {
  const grey = toGrey(picture)
  const [middle] = edgeColour(grey, 1)
  const { width, height, data } = grey
  let [near, all] = [0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1)) {
      all++
      if (Math.abs(data[y * width + x] - middle) <= 12) near++
    }
  }
  return near >= 0.9 * all
}

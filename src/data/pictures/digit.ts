import { inkMap } from './paper.ts'
import type { GreyPicture } from './picture.ts'
import {
  type Box,
  blur3,
  boxAbove,
  centreOfMass,
  grainOf,
  percentile,
  type Raster,
  resizeArea,
  resizeSmooth,
} from './raster.ts'
import { strokesOf } from './strokes.ts'

/** Side of the picture a digit network sees, and of the box the ink is scaled into. */
const SIDE = 28
const BOX = 20
/** MNIST puts the centre of mass at pixel (14, 14), counted from 0: measured on all of its 70,000 digits. */
const CENTRE = 14
/** Larger pictures are shrunk to this before the ink is looked for. */
const LONGEST_SIDE = 480
/** The ink is scaled to this many times the final size first: strokes can be thickened there. */
const OVER = 4
/** Strokes thinner than this (in final pixels) are thickened to it: a fine pen on a large sheet would all but vanish. */
const THIN = 1.6

/** A digit in the form of MNIST. */
export interface PreparedDigit {
  /** 28 x 28, light ink on black, rows from the top. */
  pixels: Uint8Array
  /** Nothing was found that could be ink; `pixels` are black. */
  blank: boolean
  /** The picture was in MNIST's form already: its pixels are unchanged (or only inverted). */
  unchanged: boolean
  /** The ink was darker than its background. */
  darkInk: boolean
  /** Where in the picture the ink lies, in its pixels. */
  box: Box
}

/**
 * Prepares a picture as MNIST's were made: ink found on its paper (dark on light or light on dark, uneven light and
 * grain allowed), cut out, scaled into a 20 x 20 box keeping its proportions, and placed by its centre of mass in
 * 28 x 28. A picture that has this form already is taken as it is.
 */
export function prepareDigit(picture: GreyPicture): PreparedDigit {
  return asMnist(picture) ?? fromPaper(picture)
}

/** A 28 x 28 picture with an empty border and ink of MNIST's extent, or undefined. */
function asMnist({ width, height, data }: GreyPicture): PreparedDigit | undefined {
  if (width !== SIDE || height !== SIDE) return undefined
  let black = 0
  let white = 0
  for (let i = 0; i < data.length; i++) {
    const x = i % SIDE
    const y = (i - x) / SIDE
    if (x > 0 && y > 0 && x < SIDE - 1 && y < SIDE - 1) continue
    if (data[i] <= 4) black++
    if (data[i] >= 251) white++
  }
  // Every MNIST digit leaves at least 100 of the 108 border pixels black.
  if (Math.max(black, white) < 90) return undefined
  const darkInk = white > black
  const pixels = darkInk ? data.map(v => 255 - v) : data.slice()
  const extent = boxAbove({ width, height, data: Float32Array.from(pixels) }, 4)
  if (!extent) return blank(darkInk, true)
  const centre = centreOfMass({ width: SIDE, height: SIDE, data: Float32Array.from(pixels) })
  const fits = extent.width <= BOX + 2 && extent.height <= BOX + 2
  // A box-centred letter may be off by some pixels; a digit in a corner is no MNIST picture.
  if (!fits || Math.hypot(centre.x - CENTRE, centre.y - CENTRE) > 4) return undefined
  return { pixels, blank: false, unchanged: true, darkInk, box: extent }
}

function fromPaper(picture: GreyPicture): PreparedDigit {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  let grey: Raster =
    scale < 1 ? resizeArea(picture, width, height) : { width, height, data: Float32Array.from(picture.data) }
  // Grain is smoothed where strokes are wide enough to bear it.
  if (Math.min(width, height) >= 100 && grainOf(grey) > 1) grey = blur3(grey)
  const map = inkMap(grey)
  const ink = strokesOf(map)
  const extent = ink && boxAbove(ink, 0.25)
  if (!ink || !extent) return blank(!map.lightInk, false)
  return {
    pixels: place(scaleIntoBox(ink, extent)),
    blank: false,
    unchanged: false,
    darkInk: !map.lightInk,
    box: {
      left: extent.left / scale,
      top: extent.top / scale,
      width: extent.width / scale,
      height: extent.height / scale,
    },
  }
}

function blank(darkInk: boolean, unchanged: boolean): PreparedDigit {
  const box = { left: 0, top: 0, width: 0, height: 0 }
  return { pixels: new Uint8Array(SIDE * SIDE), blank: true, unchanged, darkInk, box }
}

/** Ink (0..1) in `extent` to at most 20 x 20, values 0..1. */
function scaleIntoBox(ink: Raster, extent: Box): Raster {
  const scale = BOX / Math.max(extent.width, extent.height)
  const width = Math.max(1, Math.round(extent.width * scale))
  const height = Math.max(1, Math.round(extent.height * scale))
  // Enlarging by areas would leave steps.
  const resize = scale * OVER > 1 ? resizeSmooth : resizeArea
  let large = resize(ink, width * OVER, height * OVER, extent)
  const stroke = strokeWidth(large) / OVER
  if (stroke < THIN) large = thicken(large, ((THIN - stroke) / 2) * OVER)
  return resizeArea(large, width, height)
}

/** Mean width of the strokes in pixels: twice the area over the length of the outline (the total variation). */
function strokeWidth({ width, height, data }: Raster): number {
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x])
  let area = 0
  let outline = 0
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const [a, b, c, d] = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)]
      area += a
      outline += Math.hypot((b + d - a - c) / 2, (c + d - a - b) / 2)
    }
  }
  return outline > 0 ? (2 * area) / outline : 0
}

/** Grows ink by a disc; fractions of a pixel by mixing the two nearest discs. */
function thicken(source: Raster, radius: number): Raster {
  const low = Math.floor(radius)
  const share = radius - low
  const a = dilate(source, low)
  const b = dilate(source, low + 1)
  return { ...source, data: a.data.map((v, i) => v + share * (b.data[i] - v)) }
}

function dilate(source: Raster, radius: number): Raster {
  if (radius === 0) return source
  const { width, height } = source
  const data = new Float32Array(source.data.length)
  for (let dy = -radius; dy <= radius; dy++) {
    const reach = Math.floor(Math.sqrt((radius + 0.3) ** 2 - dy * dy))
    for (let dx = -reach; dx <= reach; dx++) {
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
          const v = source.data[(y + dy) * width + x + dx]
          if (v > data[y * width + x]) data[y * width + x] = v
        }
      }
    }
  }
  return { width, height, data }
}

/** Puts ink of at most 20 x 20 into 28 x 28 with its centre of mass in the middle; faint ink is made full. */
function place(ink: Raster): Uint8Array {
  const strong = percentile(
    ink.data.filter(v => v > 0.1),
    0.9,
  )
  const gain = strong > 0.05 ? Math.min(2, 1 / strong) : 1
  const { x, y } = centreOfMass(ink)
  const left = Math.min(Math.max(0, Math.round(CENTRE - x)), SIDE - ink.width)
  const top = Math.min(Math.max(0, Math.round(CENTRE - y)), SIDE - ink.height)
  const pixels = new Uint8Array(SIDE * SIDE)
  for (let i = 0; i < ink.data.length; i++) {
    const column = left + (i % ink.width)
    const row = top + Math.floor(i / ink.width)
    pixels[row * SIDE + column] = Math.round(255 * Math.min(1, gain * ink.data[i]))
  }
  return pixels
}

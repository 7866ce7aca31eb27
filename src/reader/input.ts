import { decodePicture } from '../data/pictures/decode.ts'
import { prepareDigit } from '../data/pictures/digit.ts'
import { type GreyPicture, type Picture, toGrey } from '../data/pictures/picture.ts'
import { resizeArea } from '../data/pictures/raster.ts'
import { InklingError } from '../errors.ts'
import { drawStrokes, type StrokePoint } from './strokes.ts'

/** Pixels as a canvas gives them: RGBA, RGB or grey by their number, rows from the top. */
export interface PixelData {
  width: number
  height: number
  data: Uint8Array | Uint8ClampedArray
}

/**
 * What can be read: a canvas, `<img>`, `<video>`, ImageBitmap, ImageData, Blob or File, the bytes of a picture file (PNG
 * everywhere, in browsers whatever the browser knows), or pen strokes.
 */
export type ReaderInput =
  | Uint8Array
  | ArrayBuffer
  | Blob
  | PixelData
  | Exclude<CanvasImageSource, VideoFrame | SVGImageElement>
  | readonly (readonly StrokePoint[])[]

/** A digit as the networks see it. */
export interface SeenDigit {
  /** 28 x 28, light ink on black. */
  pixels: Uint8Array
  /** No ink was found. */
  blank: boolean
}

/** Pictures on screen are read at no more than this many pixels a side. */
const SCREEN_SIDE = 1024
/** A clean drawing is cut out and shrunk to this: all that the networks see comes from 20 x 20 pixels. */
const DRAWING_SIDE = 80

/** Makes any input ready. @throws InklingError that says what came, when it is nothing of the kind */
export async function seeDigit(input: ReaderInput): Promise<SeenDigit> {
  if (Array.isArray(input)) return drawStrokes(checkedStrokes(input))
  if (input instanceof ArrayBuffer) return await seeFile(new Uint8Array(input))
  if (input instanceof Uint8Array) return await seeFile(input)
  if (typeof Blob === 'function' && input instanceof Blob)
    return await seeFile(new Uint8Array(await input.arrayBuffer()))
  if (isPixels(input)) return prepareDigit(cutOut(toGrey(pictureOf(input))))
  const drawn = typeof input === 'object' && input !== null ? readScreen(input as CanvasImageSource) : undefined
  if (drawn) return prepareDigit(cutOut(toGrey(drawn)))
  throw new InklingError(`the reader got ${describe(input)}`, {
    exitCode: 2,
    hint: 'It reads a canvas, ImageData, a Blob, an <img>, the bytes of a PNG, or strokes [[{ x, y }]].',
  })
}

/** A file is read as the command line reads it. */
async function seeFile(bytes: Uint8Array): Promise<SeenDigit> {
  return prepareDigit(toGrey(await decodePicture(bytes, { source: 'the picture', decodeOther })))
}

/** Formats that only a browser knows. */
async function decodeOther(bytes: Uint8Array): Promise<Picture> {
  if (typeof createImageBitmap !== 'function')
    throw new InklingError('the picture is not PNG; other formats are read in browsers only')
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]))
  } catch (cause) {
    throw new InklingError('the picture is broken, or of a format that this browser does not know', { cause })
  }
  const picture = readScreen(bitmap)
  bitmap.close()
  return picture as Picture
}

function checkedStrokes(input: readonly unknown[]): readonly (readonly StrokePoint[])[] {
  const isPoint = (p: unknown) =>
    typeof p === 'object' &&
    p !== null &&
    Number.isFinite((p as StrokePoint).x) &&
    Number.isFinite((p as StrokePoint).y)
  if (!input.every(stroke => Array.isArray(stroke) && stroke.every(isPoint)))
    throw new InklingError('the reader got a list that is no strokes', {
      exitCode: 2,
      hint: 'Strokes are lists of points: [[{ x: 10, y: 20 }, { x: 12, y: 40 }], ...].',
    })
  return input as readonly (readonly StrokePoint[])[]
}

const isPixels = (input: unknown): input is PixelData =>
  typeof input === 'object' && input !== null && ArrayBuffer.isView((input as PixelData).data)

function pictureOf({ width, height, data }: PixelData): Picture {
  const channels = data.length / (width * height)
  const whole = Number.isInteger(width) && Number.isInteger(height)
  if (!(whole && width > 0 && height > 0 && [1, 2, 3, 4].includes(channels)))
    throw new InklingError(`the reader got pixels of ${width} x ${height} with ${data.length} values`, {
      exitCode: 2,
      hint: 'ImageData has four values a pixel; grey pictures have one.',
    })
  const kind = (data as { [Symbol.toStringTag]?: string })[Symbol.toStringTag]
  if (kind !== 'Uint8Array' && kind !== 'Uint8ClampedArray')
    throw new InklingError(`the reader got pixels as a ${kind}`, {
      exitCode: 2,
      hint: 'It reads bytes of 0 to 255: Uint8Array or Uint8ClampedArray.',
    })
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.length)
  return { width, height, channels: channels as Picture['channels'], data: bytes }
}

/** Pixels of what a browser can draw, made smaller where it is large; undefined for anything else. */
function readScreen(source: CanvasImageSource): Picture | undefined {
  const { naturalWidth, naturalHeight, videoWidth, videoHeight } = source as HTMLImageElement & HTMLVideoElement
  const size = source as { width: number; height: number }
  const [width, height] = [naturalWidth || videoWidth || size.width, naturalHeight || videoHeight || size.height]
  if (!(typeof width === 'number' && typeof height === 'number')) return undefined
  if (!(width > 0 && height > 0))
    throw new InklingError('the reader got a picture of no size', {
      hint: 'An <img> must be loaded: await img.decode().',
    })
  const scale = Math.min(1, SCREEN_SIDE / Math.max(width, height))
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  const canvas =
    typeof OffscreenCanvas === 'function'
      ? new OffscreenCanvas(w, h)
      : Object.assign(document.createElement('canvas'), { width: w, height: h })
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D | null
  if (!context) throw new InklingError('this browser gives no 2D canvas')
  try {
    context.drawImage(source, 0, 0, w, h)
    const { data } = context.getImageData(0, 0, w, h)
    return { width: w, height: h, channels: 4, data: new Uint8Array(data.buffer) }
  } catch (cause) {
    throw new InklingError(`the reader may not see into this picture: ${(cause as Error).message}`, {
      cause,
      hint: 'A picture from another site needs crossorigin="anonymous" and that site’s leave.',
    })
  }
}

/**
 * A clean drawing (one brightness all around) without most of its empty paper, and small: that is much quicker to
 * prepare. Anything else stays as it is.
 */
function cutOut(grey: GreyPicture): GreyPicture {
  const { width, height, data } = grey
  if (Math.max(width, height) <= DRAWING_SIDE) return grey
  const paper = data[0]
  const differs = (v: number) => v - paper > 8 || paper - v > 8
  for (let x = 0; x < width; x++) if (differs(data[x]) || differs(data[(height - 1) * width + x])) return grey
  for (let y = 0; y < height; y++) if (differs(data[y * width]) || differs(data[(y + 1) * width - 1])) return grey
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!differs(data[i])) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  if (right < 0) return { width: 28, height: 28, data: new Uint8Array(28 * 28).fill(paper) }
  // Enough paper is left on all sides to tell paper from ink.
  const margin = Math.max(4, Math.round(0.3 * Math.max(right - left, bottom - top)))
  const box = {
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    width: Math.min(width, right + margin + 1) - Math.max(0, left - margin),
    height: Math.min(height, bottom + margin + 1) - Math.max(0, top - margin),
  }
  const scale = Math.min(1, DRAWING_SIDE / Math.max(box.width, box.height))
  const [w, h] = [Math.max(1, Math.round(box.width * scale)), Math.max(1, Math.round(box.height * scale))]
  const small = resizeArea(grey, w, h, box)
  return { width: w, height: h, data: Uint8Array.from(small.data, Math.round) }
}

function describe(input: unknown): string {
  if (input === null || input === undefined) return String(input)
  if (typeof input !== 'object') return `a ${typeof input}`
  return `an object of kind ${(input as object).constructor?.name ?? 'Object'}`
}

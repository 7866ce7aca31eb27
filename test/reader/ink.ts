import type { GreyPicture } from '../../src/data/pictures/picture.ts'
import { blur3, boxBlur, extreme, type Raster, resizeSmooth } from '../../src/data/pictures/raster.ts'
import type { Random } from '../../src/random.ts'

// Digits as they come in life: a digit of 28 x 28 is enlarged, changed, and put on paper as a picture to be prepared.

/** One kind of ink or paper. */
export interface InkKind {
  name: string
  make(pixels: Uint8Array, random: Random): GreyPicture
}

const SCALE = 8
const SIDE = 28 * SCALE

/** Ink 0..1, enlarged with soft edges. */
function enlarged(pixels: Uint8Array): Raster {
  const small = { width: 28, height: 28, data: Float32Array.from(pixels, v => v / 255) }
  return resizeSmooth(small, SIDE, SIDE, { left: 0, top: 0, width: 28, height: 28 })
}

/** Edges as crisp as a pen's. */
const crisp = ({ width, height, data }: Raster): Raster => ({
  ...{ width, height },
  data: data.map(v => Math.min(1, Math.max(0, 2.5 * (v - 0.5) + 0.5))),
})

/** The raster at places found by `from`; 0 outside. */
function warped(ink: Raster, from: (x: number, y: number) => [number, number]): Raster {
  const { width, height, data } = ink
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x])
  const moved = new Float32Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = from(x - width / 2, y - height / 2)
      const [left, top] = [Math.floor(u + width / 2), Math.floor(v + height / 2)]
      const [fx, fy] = [u + width / 2 - left, v + height / 2 - top]
      moved[y * width + x] =
        (1 - fy) * ((1 - fx) * at(left, top) + fx * at(left + 1, top)) +
        fy * ((1 - fx) * at(left, top + 1) + fx * at(left + 1, top + 1))
    }
  }
  return { width, height, data: moved }
}

const turned = (ink: Raster, degrees: number, size = 1): Raster => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180) / size, Math.sin((degrees * Math.PI) / 180) / size]
  return warped(ink, (x, y) => [cos * x + sin * y, cos * y - sin * x])
}

/** Ink on paper of one brightness, with grain. */
function onPaper(ink: Raster, paper: number, dark: number, grain: number, random: Random): GreyPicture {
  const data = Uint8Array.from(ink.data, v => {
    const clean = paper + v * (dark - paper)
    return Math.min(255, Math.max(0, Math.round(clean + (grain > 0 ? grain * random.normal() : 0))))
  })
  return { width: ink.width, height: ink.height, data }
}

const clean = (ink: Raster, random: Random) => onPaper(crisp(ink), 255, 0, 0, random)

/** A sheet seen by a phone: light from one side, perhaps a shadow over a part, blur, grain, turned a little. */
function photographed(pixels: Uint8Array, random: Random): GreyPicture {
  const sheet = SIDE + 96
  const ink = turned(crisp(enlarged(pixels)), random.uniform(-6, 6), 0.9)
  const [left, top] = [random.int(sheet - SIDE), random.int(sheet - SIDE)]
  const [towardsX, towardsY] = [random.uniform(-1, 1), random.uniform(-1, 1)]
  const shadow = random.next() < 0.5 ? { x: random.uniform(0.1, 0.9), share: random.uniform(0.6, 0.85) } : undefined
  const light = random.uniform(150, 205)
  const depth = random.uniform(0.35, 0.7)
  const data = new Float32Array(sheet * sheet)
  for (let y = 0; y < sheet; y++) {
    for (let x = 0; x < sheet; x++) {
      let paper = light * (1 + 0.2 * (towardsX * (x / sheet - 0.5) + towardsY * (y / sheet - 0.5)))
      if (shadow && x + 0.4 * y > shadow.x * 1.4 * sheet) paper *= shadow.share
      const [u, v] = [x - left, y - top]
      const share = u >= 0 && v >= 0 && u < SIDE && v < SIDE ? ink.data[v * SIDE + u] : 0
      data[y * sheet + x] = paper * (1 - depth * share)
    }
  }
  const soft = boxBlur(blur3({ width: sheet, height: sheet, data }), 1)
  return {
    ...{ width: sheet, height: sheet },
    data: Uint8Array.from(soft.data, v => Math.min(255, Math.max(0, Math.round(v + 4 * random.normal())))),
  }
}

export const inkKinds: readonly InkKind[] = [
  { name: 'redrawn in black on white', make: (p, r) => clean(enlarged(p), r) },
  { name: 'thick pen', make: (p, r) => clean(extreme(enlarged(p), Math.round(SCALE * 0.8), 1), r) },
  { name: 'thin pen', make: (p, r) => clean(extreme(enlarged(p), Math.round(SCALE * 0.5), -1), r) },
  {
    name: 'slanted by 20 degrees',
    make(p, r) {
      const lean = Math.tan(((r.next() < 0.5 ? -20 : 20) * Math.PI) / 180)
      return clean(
        warped(enlarged(p), (x, y) => [x - lean * y, y]),
        r,
      )
    },
  },
  { name: 'turned by 10 degrees', make: (p, r) => clean(turned(enlarged(p), r.next() < 0.5 ? -10 : 10), r) },
  { name: 'turned by 20 degrees', make: (p, r) => clean(turned(enlarged(p), r.next() < 0.5 ? -20 : 20), r) },
  {
    name: 'small in a corner',
    make(p, r) {
      const ink = crisp(enlarged(p))
      const side = 2 * SIDE
      const sheet: Raster = { width: side, height: side, data: new Float32Array(side * side) }
      const [left, top] = [r.int(2) * SIDE, r.int(2) * SIDE]
      for (let y = 0; y < SIDE; y++)
        sheet.data.set(ink.data.subarray(y * SIDE, (y + 1) * SIDE), (top + y) * side + left)
      return onPaper(sheet, 255, 0, 0, r)
    },
  },
  { name: 'pencil on grey paper', make: (p, r) => onPaper(crisp(enlarged(p)), 170, 95, 4, r) },
  { name: 'chalk on a board', make: (p, r) => onPaper(crisp(enlarged(p)), 45, 200, 6, r) },
  { name: 'photographed', make: photographed },
]

/** How near pictures come back: values 0..1, one channel, one picture behind the other. */
export interface PictureQuality {
  /** Mean squared error of all values. */
  mse: number
  /** Peak signal-to-noise ratio in decibels, from that error. */
  psnr: number
  /** Mean structural similarity of the pictures; 1 is equal. */
  ssim: number
}

/** Compares pictures [n, height, width] with what came back of them. */
export function pictureQuality(
  pictures: Float32Array,
  back: Float32Array,
  height: number,
  width: number,
): PictureQuality {
  const size = height * width
  let squares = 0
  for (let i = 0; i < pictures.length; i++) squares += (pictures[i] - back[i]) ** 2
  const mse = squares / pictures.length
  let similarity = 0
  for (let at = 0; at < pictures.length; at += size)
    similarity += ssim(pictures.subarray(at, at + size), back.subarray(at, at + size), height, width)
  return { mse, psnr: -10 * Math.log10(mse), ssim: similarity / (pictures.length / size) }
}

const WINDOW = 11
const SIGMA = 1.5
/** The constants of the source for values 0..1. */
const C1 = 0.01 ** 2
const C2 = 0.03 ** 2

const gauss = (() => {
  const raw = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)))
  const sum = raw.reduce((a, b) => a + b, 0)
  return Float64Array.from(raw, v => v / sum)
})()

/**
 * Structural similarity of two grey pictures: Wang, Bovik, Sheikh and Simoncelli 2004, Gaussian windows of 11x11 with a
 * deviation of 1.5, over the places where a window fits.
 */
export function ssim(a: ArrayLike<number>, b: ArrayLike<number>, height: number, width: number): number {
  const of = (value: (i: number) => number) => blurred(value, height, width)
  const [ma, mb] = [of(i => a[i]), of(i => b[i])]
  const [aa, bb, ab] = [of(i => a[i] * a[i]), of(i => b[i] * b[i]), of(i => a[i] * b[i])]
  let sum = 0
  for (let i = 0; i < ma.length; i++) {
    const [x, y] = [ma[i], mb[i]]
    const covariance = ab[i] - x * y
    const variances = aa[i] - x * x + bb[i] - y * y
    sum += ((2 * x * y + C1) * (2 * covariance + C2)) / ((x * x + y * y + C1) * (variances + C2))
  }
  return sum / ma.length
}

/** Gaussian means around every place where the window fits. */
function blurred(value: (i: number) => number, height: number, width: number): Float64Array {
  const columns = width - WINDOW + 1
  const rows = height - WINDOW + 1
  const across = new Float64Array(height * columns)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0
      for (let k = 0; k < WINDOW; k++) sum += gauss[k] * value(y * width + x + k)
      across[y * columns + x] = sum
    }
  const out = new Float64Array(rows * columns)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      let sum = 0
      for (let k = 0; k < WINDOW; k++) sum += gauss[k] * across[(y + k) * columns + x]
      out[y * columns + x] = sum
    }
  return out
}

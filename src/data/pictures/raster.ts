/** A grey raster in floats: the working form of picture preparation. */
export interface Raster {
  width: number
  height: number
  data: Float32Array
}

/**
 * Area-averaging resize of the part `box` (left, top, width, height; fractions allowed) of a raster: each target pixel
 * is the mean of the source area it covers. Works for shrinking and for enlarging.
 */
export function resizeArea(
  source: { width: number; height: number; data: ArrayLike<number> },
  width: number,
  height: number,
  box: Box = { left: 0, top: 0, width: source.width, height: source.height },
): Raster {
  // Rows first: the sums of one direction serve all pixels of the other.
  const columns = spans(box.left, box.width, width, source.width)
  const rows = spans(box.top, box.height, height, source.height)
  const firstRow = rows[0].first
  const lastRow = rows[height - 1].first + rows[height - 1].weights.length
  const between = new Float32Array(width * (lastRow - firstRow))
  for (let y = firstRow; y < lastRow; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x]
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k] * source.data[y * source.width + first + k]
      between[(y - firstRow) * width + x] = sum
    }
  }
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const { first, weights } = rows[y]
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k] * between[(first - firstRow + k) * width + x]
      data[y * width + x] = sum
    }
  }
  return { width, height, data }
}

/** Bilinear resize of the part `box` of a raster, for enlarging: {@link resizeArea} would leave steps. */
export function resizeSmooth(source: Raster, width: number, height: number, box: Box): Raster {
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const v = Math.min(Math.max(0, box.top + ((y + 0.5) * box.height) / height - 0.5), source.height - 1)
    const y0 = Math.floor(v)
    const y1 = Math.min(y0 + 1, source.height - 1)
    for (let x = 0; x < width; x++) {
      const u = Math.min(Math.max(0, box.left + ((x + 0.5) * box.width) / width - 0.5), source.width - 1)
      const x0 = Math.floor(u)
      const x1 = Math.min(x0 + 1, source.width - 1)
      const [a, b] = [source.data[y0 * source.width + x0], source.data[y0 * source.width + x1]]
      const [c, d] = [source.data[y1 * source.width + x0], source.data[y1 * source.width + x1]]
      const upper = a + (u - x0) * (b - a)
      data[y * width + x] = upper + (v - y0) * (c + (u - x0) * (d - c) - upper)
    }
  }
  return { width, height, data }
}

/** A part of a picture, in pixels; edges may lie between pixels. */
export interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** For each of `count` target pixels: the source pixels it covers and their weights, which add up to 1. */
function spans(start: number, length: number, count: number, limit: number) {
  const step = length / count
  return Array.from({ length: count }, (_, i) => {
    const from = start + i * step
    const to = from + step
    const first = Math.min(Math.max(0, Math.floor(from)), limit - 1)
    const last = Math.min(Math.max(first + 1, Math.ceil(to - 1e-9)), limit)
    const weights: number[] = []
    for (let p = first; p < last; p++) weights.push(Math.max(0, Math.min(to, p + 1) - Math.max(from, p)))
    const sum = weights.reduce((a, b) => a + b, 0)
    return { first, weights: sum > 0 ? weights.map(w => w / sum) : weights.map(() => 1 / weights.length) }
  })
}

/** Where the mass of a raster lies, in pixels (0: the middle of the first); its middle when there is none. */
export function centreOfMass({ width, height, data }: Raster): { x: number; y: number } {
  let mass = 0
  let x = 0
  let y = 0
  for (let i = 0; i < data.length; i++) {
    mass += data[i]
    x += data[i] * (i % width)
    y += data[i] * Math.floor(i / width)
  }
  return mass > 0 ? { x: x / mass, y: y / mass } : { x: width / 2, y: height / 2 }
}

/** The smallest box that holds all pixels above `level`; undefined when there are none. */
export function boxAbove({ width, height, data }: Raster, level: number): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let i = 0; i < data.length; i++) {
    if (data[i] <= level) continue
    const x = i % width
    const y = Math.floor(i / width)
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** Binomial 3 x 3 blur (1 2 1), edges repeated. */
export function blur3(source: Raster): Raster {
  const { width, height } = source
  const pass = (from: Float32Array, across: boolean) => {
    const to = new Float32Array(from.length)
    const [n, lines, step, jump] = across ? [width, height, 1, width] : [height, width, width, 1]
    for (let line = 0; line < lines; line++) {
      const base = line * jump
      for (let i = 0; i < n; i++) {
        const a = from[base + Math.max(0, i - 1) * step]
        const b = from[base + i * step]
        const c = from[base + Math.min(n - 1, i + 1) * step]
        to[base + i * step] = (a + 2 * b + c) / 4
      }
    }
    return to
  }
  return { width, height, data: pass(pass(source.data, true), false) }
}

/** The largest (`sign` 1) or smallest (-1) value within `radius` in both directions (a square window). */
export function extreme(source: Raster, radius: number, sign: 1 | -1): Raster {
  const { width, height } = source
  const across = new Float32Array(source.data.length)
  const data = new Float32Array(source.data.length)
  const queue = new Int32Array(Math.max(width, height))
  for (let y = 0; y < height; y++) slide(source.data, across, y * width, 1, width, radius, sign, queue)
  for (let x = 0; x < width; x++) slide(across, data, x, width, height, radius, sign, queue)
  return { width, height, data }
}

/** Sliding extreme along one line with a queue of candidates: time does not grow with the radius. */
function slide(
  from: Float32Array,
  to: Float32Array,
  base: number,
  step: number,
  n: number,
  radius: number,
  sign: number,
  queue: Int32Array,
): void {
  let head = 0
  let tail = 0
  for (let i = 0; i < n + radius; i++) {
    if (i < n) {
      const value = sign * from[base + i * step]
      while (tail > head && sign * from[base + queue[tail - 1] * step] <= value) tail--
      queue[tail++] = i
    }
    const at = i - radius
    if (at < 0) continue
    while (queue[head] < at - radius) head++
    to[base + at * step] = from[base + queue[head] * step]
  }
}

/** Mean over a square window, edges cut off (summed-area table in float64). */
export function boxBlur(source: Raster, radius: number): Raster {
  const { width, height } = source
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let line = 0
    for (let x = 0; x < width; x++) {
      line += source.data[y * width + x]
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + line
    }
  }
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const [y0, y1] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)]
    for (let x = 0; x < width; x++) {
      const [x0, x1] = [Math.max(0, x - radius), Math.min(width, x + radius + 1)]
      const sum =
        sums[y1 * (width + 1) + x1] -
        sums[y0 * (width + 1) + x1] -
        sums[y1 * (width + 1) + x0] +
        sums[y0 * (width + 1) + x0]
      data[y * width + x] = sum / ((y1 - y0) * (x1 - x0))
    }
  }
  return { width, height, data }
}

/** The value below which the share `p` of the values lies. */
export function percentile(values: ArrayLike<number>, p: number): number {
  if (values.length === 0) return 0
  const copy = new Float32Array(values)
  return select(copy, Math.min(copy.length - 1, Math.floor(p * copy.length)))
}

/** What would stand at `place` if `values` were sorted; moves them about (quickselect: sorting all costs five times). */
function select(values: Float32Array, place: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const [a, b, c] = [values[low], values[(low + high) >> 1], values[high]]
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      const held = values[i]
      values[i++] = values[j]
      values[j--] = held
    }
    if (place <= j) high = j
    else if (place >= i) low = i
    else break
  }
  return values[place]
}

/** Robust standard deviation of a picture's grain, from the differences between neighbours in a row. */
export function grainOf({ width, height, data }: Raster): number {
  const steps = new Float32Array(Math.max(0, width - 1) * height)
  let k = 0
  for (let y = 0; y < height; y++) {
    for (let i = y * width + 1; i < (y + 1) * width; i++) steps[k++] = Math.abs(data[i] - data[i - 1])
  }
  return (1.4826 * percentile(steps, 0.5)) / Math.SQRT2
}

import { grainOf, percentile, type Raster, resizeArea } from './raster.ts'

/** The background of a picture as a smooth surface. */
export interface Surface {
  /** The surface at every pixel. */
  paint(width: number, height: number): Raster
  /** The light is too uneven for the surface: an edge of a shadow runs through the picture. */
  shadowed: boolean
  /** Cubic moment of the residuals: below zero when what stands out is dark. */
  skew: number
}

const TERMS = 6
/** The fit looks at no more than this many pixels a side. */
const GRID = 48

/**
 * Fits brightness = quadratic in x and y by iteratively reweighted least squares (Tukey's biweight), starting from the
 * middle brightness of the border. A background of one brightness gives exactly that.
 */
export function fitSurface(grey: Raster): Surface {
  const scale = Math.min(1, GRID / Math.max(grey.width, grey.height))
  const width = Math.max(1, Math.round(grey.width * scale))
  const height = Math.max(1, Math.round(grey.height * scale))
  const { data } = scale < 1 ? resizeArea(grey, width, height) : grey
  const n = width * height
  const basis = basisOf(width, height)
  const border = borderIndices(width, height)
  const start = percentile(
    border.map(i => data[i]),
    0.5,
  )
  let coefficients = [start, 0, 0, 0, 0, 0]
  let residuals = data.map(v => v - start)
  const off = (i: number, spread: number) => Math.abs(residuals[i]) >= 4 * spread
  // The border is most likely paper: it sets the first scale.
  const atBorder = border.map(i => Math.abs(residuals[i]))
  let spread = Math.max(6, 1.4826 * percentile(atBorder, 0.5))
  for (let round = 0; round < 8; round++) {
    const solved = weightedFit(basis, data, residuals, 4 * spread)
    if (!solved) break
    const change = Math.max(...solved.map((c, k) => Math.abs(c - coefficients[k])))
    coefficients = solved
    const fitted = paint(basis, n, coefficients)
    residuals = data.map((v, i) => v - fitted[i])
    const inside = residuals.filter((_, i) => !off(i, spread)).map(Math.abs)
    spread = Math.max(2, 1.4826 * percentile(inside, 0.5))
    if (change < 0.25) break
  }
  let skew = 0
  for (const r of residuals) skew += r ** 3
  const paper = data.filter((_, i) => !off(i, spread)).sort()
  // Most drawings have one flat background, which must come out to the bit.
  const flat = paper.length > 0 && paper[Math.floor(0.1 * paper.length)] === paper[Math.floor(0.9 * (paper.length - 1))]
  if (flat) coefficients = [paper[paper.length >> 1], 0, 0, 0, 0, 0]
  return {
    paint: (w, h) => ({ width: w, height: h, data: paint(basisOf(w, h), w * h, coefficients) }),
    // Either the surface left a shadow aside, which then reaches the border, or it runs between light and shadow:
    // neighbours differ far less than the paper differs from the surface.
    shadowed:
      border.filter(i => off(i, spread)).length > 0.12 * border.length ||
      spread > Math.max(6, 4 * grainOf({ width, height, data })),
    skew,
  }
}

/** 1, u, v, uu, uv, vv at every pixel, u and v from -1 to 1. */
function basisOf(width: number, height: number): Float32Array {
  const basis = new Float32Array(width * height * TERMS)
  for (let y = 0, k = 0; y < height; y++) {
    const v = (2 * (y + 0.5)) / height - 1
    for (let x = 0; x < width; x++) {
      const u = (2 * (x + 0.5)) / width - 1
      basis[k++] = 1
      basis[k++] = u
      basis[k++] = v
      basis[k++] = u * u
      basis[k++] = u * v
      basis[k++] = v * v
    }
  }
  return basis
}

function paint(basis: Float32Array, n: number, c: readonly number[]): Float32Array {
  const out = new Float32Array(n)
  for (let i = 0, k = 0; i < n; i++, k += TERMS) {
    out[i] =
      c[0] + c[1] * basis[k + 1] + c[2] * basis[k + 2] + c[3] * basis[k + 3] + c[4] * basis[k + 4] + c[5] * basis[k + 5]
  }
  return out
}

/** Least squares over the pixels whose residual is below `limit`, the nearer the heavier. */
function weightedFit(basis: Float32Array, data: Float32Array, residuals: Float32Array, limit: number) {
  const matrix = Array.from({ length: TERMS }, () => new Float64Array(TERMS + 1))
  for (let i = 0; i < data.length; i++) {
    const r = residuals[i] / limit
    if (Math.abs(r) >= 1) continue
    const weight = (1 - r * r) ** 2
    const k = i * TERMS
    for (let a = 0; a < TERMS; a++) {
      const row = matrix[a]
      const wa = weight * basis[k + a]
      for (let b = 0; b < TERMS; b++) row[b] += wa * basis[k + b]
      row[TERMS] += wa * data[i]
    }
  }
  // A little resistance keeps the fit defined where the paper is seen in few places only.
  for (let a = 1; a < TERMS; a++) matrix[a][a] += 1e-3 * data.length
  return solve(matrix)
}

function borderIndices(width: number, height: number): number[] {
  const indices: number[] = []
  for (let i = 0; i < width * height; i++) {
    const x = i % width
    const y = (i - x) / width
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) indices.push(i)
  }
  return indices
}

/** Gauss-Jordan with row exchange; undefined for a singular matrix. The last column is the right side. */
function solve(matrix: Float64Array[]): number[] | undefined {
  const n = matrix.length
  for (let c = 0; c < n; c++) {
    let pivot = c
    for (let r = c + 1; r < n; r++) if (Math.abs(matrix[r][c]) > Math.abs(matrix[pivot][c])) pivot = r
    if (Math.abs(matrix[pivot][c]) < 1e-9) return undefined
    const held = matrix[c]
    matrix[c] = matrix[pivot]
    matrix[pivot] = held
    for (let r = 0; r < n; r++) {
      if (r === c) continue
      const factor = matrix[r][c] / matrix[c][c]
      for (let k = c; k <= n; k++) matrix[r][k] -= factor * matrix[c][k]
    }
  }
  return matrix.map((row, i) => row[n] / row[i])
}

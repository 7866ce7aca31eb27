import { InklingError } from '../errors.ts'

/** Eigenvalues, largest first, and their eigenvectors: row i of `vectors` [n, n] belongs to value i. */
export interface Eigen {
  values: Float64Array
  vectors: Float64Array
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix [n, n] in double precision: Householder's reduction to three
 * diagonals and implicit QL steps (tred2 and tql2 of EISPACK, after Bowdler, Martin, Reinsch and Wilkinson 1968).
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  if (matrix.length !== n * n) throw new InklingError(`${matrix.length} values are no matrix of ${n} x ${n}`)
  // v[i] is row i: the inner loops run along rows.
  const v = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n))
  const d = new Float64Array(n)
  const e = new Float64Array(n)
  toThreeDiagonals(v, d, e, n)
  // From here vectors are rows: the rotations of the QL steps mix neighbours.
  const rows = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => v[j][i]))
  implicitQl(rows, d, e, n)
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => d[b] - d[a])
  const values = Float64Array.from(order, i => d[i])
  const vectors = new Float64Array(n * n)
  for (const [to, from] of order.entries()) vectors.set(rows[from], to * n)
  return { values, vectors }
}

function toThreeDiagonals(v: Float64Array[], d: Float64Array, e: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) d[j] = v[n - 1][j]
  for (let i = n - 1; i > 0; i--) {
    let scale = 0
    let h = 0
    for (let k = 0; k < i; k++) scale += Math.abs(d[k])
    if (scale === 0) {
      e[i] = d[i - 1]
      for (let j = 0; j < i; j++) {
        d[j] = v[i - 1][j]
        v[i][j] = 0
        v[j][i] = 0
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k] /= scale
        h += d[k] * d[k]
      }
      let f = d[i - 1]
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h)
      e[i] = scale * g
      h -= f * g
      d[i - 1] = f - g
      e.fill(0, 0, i)
      // The lower triangle, row by row: e = A d.
      for (let k = 0; k < i; k++) {
        const row = v[k]
        const dk = d[k]
        let sum = 0
        for (let j = 0; j < k; j++) {
          sum += row[j] * d[j]
          e[j] += row[j] * dk
        }
        e[k] += sum + row[k] * dk
        v[k][i] = dk
      }
      f = 0
      for (let j = 0; j < i; j++) {
        e[j] /= h
        f += e[j] * d[j]
      }
      const hh = f / (h + h)
      for (let j = 0; j < i; j++) e[j] -= hh * d[j]
      for (let k = 0; k < i; k++) {
        const row = v[k]
        const [ek, dk] = [e[k], d[k]]
        for (let j = 0; j <= k; j++) row[j] -= d[j] * ek + e[j] * dk
      }
      for (let j = 0; j < i; j++) {
        d[j] = v[i - 1][j]
        v[i][j] = 0
      }
    }
    d[i] = h
  }
  accumulate(v, d, n)
  e[0] = 0
}

/** Joins the reflections into one orthogonal matrix. */
function accumulate(v: Float64Array[], d: Float64Array, n: number): void {
  for (let i = 0; i < n - 1; i++) {
    v[n - 1][i] = v[i][i]
    v[i][i] = 1
    const h = d[i + 1]
    if (h !== 0) {
      const u = Float64Array.from({ length: i + 1 }, (_, k) => v[k][i + 1])
      const g = new Float64Array(i + 1)
      for (let k = 0; k <= i; k++) {
        const row = v[k]
        for (let j = 0; j <= i; j++) g[j] += u[k] * row[j]
      }
      for (let k = 0; k <= i; k++) {
        const row = v[k]
        const share = u[k] / h
        for (let j = 0; j <= i; j++) row[j] -= g[j] * share
      }
    }
    for (let k = 0; k <= i; k++) v[k][i + 1] = 0
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[n - 1][j]
    v[n - 1][j] = 0
  }
  v[n - 1][n - 1] = 1
}

/** Most QL steps for one eigenvalue; two or three are usual. */
const MOST_STEPS = 60

function implicitQl(rows: Float64Array[], d: Float64Array, e: Float64Array, n: number): void {
  e.copyWithin(0, 1)
  e[n - 1] = 0
  let f = 0
  let largest = 0
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]) + Math.abs(e[l]))
    let m = l
    while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * largest) m++
    for (let steps = 0; m > l && Math.abs(e[l]) > Number.EPSILON * largest; steps++) {
      if (steps === MOST_STEPS) throw new InklingError('the eigenvalues of this matrix were not found: is it finite?')
      let g = d[l]
      let p = (d[l + 1] - g) / (2 * e[l])
      let r = Math.hypot(p, 1) * (p < 0 ? -1 : 1)
      d[l] = e[l] / (p + r)
      d[l + 1] = e[l] * (p + r)
      const after = d[l + 1]
      const h = g - d[l]
      for (let i = l + 2; i < n; i++) d[i] -= h
      f += h
      p = d[m]
      let [c, c2, c3] = [1, 1, 1]
      const next = e[l + 1]
      let [s, s2] = [0, 0]
      for (let i = m - 1; i >= l; i--) {
        c3 = c2
        c2 = c
        s2 = s
        g = c * e[i]
        const hh = c * p
        r = Math.hypot(p, e[i])
        e[i + 1] = s * r
        s = e[i] / r
        c = p / r
        p = c * d[i] - s * g
        d[i + 1] = hh + s * (c * g + s * d[i])
        rotate(rows[i], rows[i + 1], c, s, n)
      }
      p = (-s * s2 * c3 * next * e[l]) / after
      e[l] = s * p
      d[l] = c * p
    }
    d[l] += f
    e[l] = 0
  }
}

function rotate(a: Float64Array, b: Float64Array, c: number, s: number, n: number): void {
  for (let k = 0; k < n; k++) {
    const h = b[k]
    b[k] = s * a[k] + c * h
    a[k] = c * a[k] - s * h
  }
}

import { createRandom } from '../../random.ts'
import { PRINT_BYTES, THUMB } from './prints.ts'

/** Two pictures that are one: indices of their prints, the smaller first. */
export interface Duplicate {
  first: number
  second: number
  /** `exact`: the files are equal, byte for byte; `near`: the same picture saved, scaled or brightened anew. */
  kind: 'exact' | 'near'
}

const BITS = 64
const BAND = 16
const VALUES = THUMB * THUMB
/** More pictures than this with one band in common are too alike to be told apart by it. */
const CROWD = 500
/**
 * Pictures are near when what tells them from the mean picture correlates so much and their small copies differ by at most
 * so many grey levels (root mean square, brightness apart), or when it correlates yet more (another contrast). Different
 * digits of MNIST correlate up to 0.99, but none of 40,000 come nearer than 4.6 levels.
 */
const NEAR = { correlation: 0.985, levels: 4, alone: 0.998 }

/**
 * Finds pictures that occur twice. Candidates have 16 equal bits in one of four bands of a 64-bit similarity hash (signs
 * of random projections, M. Charikar 2002) of their small copies less the mean picture: what all pictures of a set have in
 * common, such as a black border, makes none alike. Candidates count as near when the small copies correlate.
 * Each picture is reported with the first one it equals.
 *
 * @param prints of all pictures, PRINT_BYTES each
 * @param use which pictures count; default all
 */
export function findDuplicates(prints: Uint8Array, use?: readonly boolean[]): Duplicate[] {
  const count = prints.length / PRINT_BYTES
  const rows = Array.from({ length: count }, (_, i) => i).filter(i => use?.[i] ?? true)
  const found: Duplicate[] = []
  const firstOf = new Map<string, number>()
  const distinct: number[] = []
  for (const i of rows) {
    const key = Buffer.from(prints.buffer, prints.byteOffset + i * PRINT_BYTES, 16).toString('latin1')
    const first = firstOf.get(key)
    if (first === undefined) {
      firstOf.set(key, i)
      distinct.push(i)
    } else found.push({ first, second: i, kind: 'exact' })
  }
  const centred = centre(prints, distinct)
  const taken = new Set<number>()
  for (const [a, b] of candidates(centred, distinct.length)) {
    if (taken.has(b) || !near(centred, a, b, prints, distinct)) continue
    taken.add(b)
    found.push({ first: distinct[a], second: distinct[b], kind: 'near' })
  }
  return found.sort((x, y) => x.second - y.second || x.first - y.first)
}

/** For each picture the smallest index of those it is joined with by duplicates: pictures of one cluster share it. */
export function clustersOf(count: number, duplicates: readonly Duplicate[]): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, i) => i)
  const root = (i: number) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]]
    return i
  }
  for (const { first, second } of duplicates) {
    const [a, b] = [root(first), root(second)]
    parent[Math.max(a, b)] = Math.min(a, b)
  }
  return Int32Array.from({ length: count }, (_, i) => root(i))
}

/**
 * Small copies of mean 0 and length 1, which makes brightness and contrast alike, less what all of them have in common, of
 * length 1 again; all 0 for a picture without contrast.
 */
function centre(prints: Uint8Array, rows: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length * VALUES)
  const common = new Float64Array(VALUES)
  rows.forEach((row, r) => {
    const values = out.subarray(r * VALUES, (r + 1) * VALUES)
    values.set(prints.subarray(row * PRINT_BYTES + 16, (row + 1) * PRINT_BYTES))
    const mean = values.reduce((sum, v) => sum + v, 0) / VALUES
    for (let k = 0; k < VALUES; k++) values[k] -= mean
    // Less than one grey level of contrast is no picture.
    toLength1(values, Math.sqrt(VALUES))
    for (let k = 0; k < VALUES; k++) common[k] += values[k] / rows.length
  })
  // A handful of pictures has no mean to speak of: two copies would cancel against it.
  if (rows.length < 50) return out
  for (let r = 0; r < rows.length; r++) {
    const values = out.subarray(r * VALUES, (r + 1) * VALUES)
    if (flat(out, r)) continue
    for (let k = 0; k < VALUES; k++) values[k] -= common[k]
    toLength1(values, 1e-3)
  }
  return out
}

/** Scales to length 1, or to 0 what is shorter than `least`. */
function toLength1(values: Float32Array, least: number): void {
  let square = 0
  for (let k = 0; k < values.length; k++) square += values[k] ** 2
  const scale = square > least ** 2 ? 1 / Math.sqrt(square) : 0
  for (let k = 0; k < values.length; k++) values[k] *= scale
}

function near(centred: Float32Array, a: number, b: number, prints: Uint8Array, rows: readonly number[]): boolean {
  let dot = 0
  for (let k = 0; k < VALUES; k++) dot += centred[a * VALUES + k] * centred[b * VALUES + k]
  if (dot < NEAR.correlation || dot >= NEAR.alone) return dot >= NEAR.alone
  const [p, q] = [rows[a] * PRINT_BYTES + 16, rows[b] * PRINT_BYTES + 16]
  let sum = 0
  let squares = 0
  for (let k = 0; k < VALUES; k++) {
    const d = prints[p + k] - prints[q + k]
    sum += d
    squares += d * d
  }
  return squares / VALUES - (sum / VALUES) ** 2 <= NEAR.levels ** 2
}

/** Pairs (smaller first) that share a band of the similarity hash. */
function* candidates(centred: Float32Array, count: number): Generator<[number, number]> {
  const random = createRandom(20).fork('prints')
  const planes = Float32Array.from({ length: BITS * VALUES }, () => random.normal())
  const bands = Array.from({ length: BITS / BAND }, () => new Uint16Array(count))
  for (let r = 0; r < count; r++) {
    const values = centred.subarray(r * VALUES, (r + 1) * VALUES)
    for (let bit = 0; bit < BITS; bit++) {
      let dot = 0
      for (let k = 0; k < VALUES; k++) dot += planes[bit * VALUES + k] * values[k]
      if (dot > 0) bands[bit >> 4][r] |= 1 << (bit & 15)
    }
  }
  for (const band of bands) {
    const buckets = new Map<number, number[]>()
    for (let r = 0; r < count; r++) {
      if (flat(centred, r)) continue
      const bucket = buckets.get(band[r])
      if (bucket) bucket.push(r)
      else buckets.set(band[r], [r])
    }
    for (const bucket of buckets.values()) {
      if (bucket.length > CROWD) continue
      for (let j = 1; j < bucket.length; j++) for (let i = 0; i < j; i++) yield [bucket[i], bucket[j]]
    }
  }
}

/** Pictures without contrast are alike in nothing but that. */
function flat(centred: Float32Array, r: number): boolean {
  for (let k = 0; k < VALUES; k++) if (centred[r * VALUES + k] !== 0) return false
  return true
}

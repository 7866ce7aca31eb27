import { InklingError } from '../errors.ts'
import { type Dataset, exampleAt, rowOf, strideOf } from './dataset.ts'

/** Share of the test set above which a run is refused. */
export const OVERLAP_LIMIT = 0.001

/** One test example that the training set holds too: positions within the two datasets. */
export interface SharedExample {
  test: number
  /** The first training example with the same content. */
  train: number
  /** False when the two carry different labels; undefined when one has none. */
  sameLabel: boolean | undefined
}

/** What two datasets share. */
export interface Overlap {
  train: string
  test: string
  trainLength: number
  testLength: number
  /** Test examples whose exact content is also in the training set. */
  shared: number
  /** shared / testLength. */
  fraction: number
  examples: SharedExample[]
}

/** The record of {@link guardOverlap}, for a run's `config.json`. */
export interface OverlapRecord {
  shared: number
  testLength: number
  fraction: number
  limit: number
  /** Above the limit, but asked for: the result must say so loudly. */
  allowed: boolean
  /** The first few shared examples. */
  examples: SharedExample[]
}

/**
 * Fingerprints of all examples: two independent 32-bit hashes of each one's bytes (multiply-rotate over 32-bit words,
 * as in MurmurHash3). Examples of equal content have equal fingerprints.
 */
export function fingerprints(ds: Dataset): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(ds.length)
  const high = new Uint32Array(ds.length)
  const size = strideOf(ds.shape) * ds.features.BYTES_PER_ELEMENT
  const { rows } = ds
  const one = new Uint8Array(rows ? size : 0)
  const { words, bytes, perExample, rest } = asWords(rows ? one : ds.features, size)
  for (let i = 0; i < ds.length; i++) {
    rows?.read(rowOf(ds, i), one)
    const row = rows ? 0 : rowOf(ds, i)
    let a = size
    let b = size ^ 0x5bd1e995
    const end = (row + 1) * perExample
    for (let w = row * perExample; w < end; w++) {
      const word = words[w]
      a = Math.imul((a ^ word) + ((a << 13) | (a >>> 19)), 0x9e3779b1)
      b = Math.imul((b + word) ^ ((b << 11) | (b >>> 21)), 0x85ebca77)
    }
    const tail = (row + 1) * size
    for (let k = tail - rest; k < tail; k++) {
      a = Math.imul((a ^ bytes[k]) + ((a << 13) | (a >>> 19)), 0x9e3779b1)
      b = Math.imul((b + bytes[k]) ^ ((b << 11) | (b >>> 21)), 0x85ebca77)
    }
    low[i] = a ^ (a >>> 15)
    high[i] = b ^ (b >>> 13)
  }
  return { low, high }
}

/**
 * The test examples that are also in the training set, byte for byte. Equal fingerprints are compared in full, so
 * nothing is counted that is not the same. Datasets of different shapes or types share nothing.
 */
export function findOverlap(train: Dataset, test: Dataset): Overlap {
  const result: Overlap = {
    train: train.name,
    test: test.name,
    trainLength: train.length,
    testLength: test.length,
    shared: 0,
    fraction: 0,
    examples: [],
  }
  const stride = strideOf(train.shape)
  const comparable = stride === strideOf(test.shape) && isFloats(train) === isFloats(test)
  if (!comparable || train.length === 0 || test.length === 0) return result

  // Open addressing: slot -> training position + 1. At most half full.
  const mask = 2 ** Math.ceil(Math.log2(train.length * 2 + 2)) - 1
  const slots = new Uint32Array(mask + 1)
  const a = fingerprints(train)
  const equal = (hashes: typeof a, at: Dataset, i: number, j: number) =>
    hashes.low[i] === a.low[j] && hashes.high[i] === a.high[j] && sameRow(at, i, train, j)
  for (let i = 0; i < train.length; i++) {
    let slot = a.low[i] & mask
    // The first of equal training examples stays: the rest would only lengthen the chain.
    while (slots[slot] !== 0 && !equal(a, train, i, slots[slot] - 1)) slot = (slot + 1) & mask
    if (slots[slot] === 0) slots[slot] = i + 1
  }
  const b = fingerprints(test)
  for (let i = 0; i < test.length; i++) {
    let slot = b.low[i] & mask
    while (slots[slot] !== 0 && !equal(b, test, i, slots[slot] - 1)) slot = (slot + 1) & mask
    if (slots[slot] === 0) continue
    const j = slots[slot] - 1
    const sameLabel = train.labels && test.labels && train.labels[rowOf(train, j)] === test.labels[rowOf(test, i)]
    result.examples.push({ test: i, train: j, sameLabel })
  }
  result.shared = result.examples.length
  result.fraction = result.shared / test.length
  return result
}

/**
 * Refuses a training and a test set that share more than `limit` of the test set, since the figures of such a run say
 * nothing; with `allowOverlap` it goes on and the record says so. Up to the limit the shared ones are counted and listed.
 */
export function guardOverlap(
  train: Dataset,
  test: Dataset,
  options: { allowOverlap?: boolean; limit?: number; listed?: number } = {},
): OverlapRecord {
  const { allowOverlap = false, limit = OVERLAP_LIMIT, listed = 20 } = options
  const found = findOverlap(train, test)
  const over = found.fraction > limit
  if (over && !allowOverlap) {
    const share = (100 * found.fraction).toFixed(found.fraction < 0.01 ? 2 : 1)
    throw new InklingError(
      `${found.shared} of the ${test.length} pictures of ${test.name} (${share} %) are also in ${train.name}: ` +
        'the test would measure memory, not skill',
      { hint: `At most ${limit * 100} % may be shared. Take another test set, or go on with --allow-overlap.` },
    )
  }
  return {
    shared: found.shared,
    testLength: test.length,
    fraction: found.fraction,
    limit,
    allowed: over,
    examples: found.examples.slice(0, listed),
  }
}

/** What whoever reads the figures of such a test set must know; undefined when it shares nothing. */
export function overlapWarning({
  shared,
  testLength,
  allowed,
}: Pick<OverlapRecord, 'shared' | 'testLength' | 'allowed'>): string | undefined {
  if (shared === 0) return undefined
  const are = `${shared} of the ${testLength} test examples are also`
  return allowed
    ? `${are} training examples: the test figures measure memory, not skill.`
    : `${are} among the training examples.`
}

const isFloats = ({ features }: Dataset) => features instanceof Float32Array

function sameRow(x: Dataset, i: number, y: Dataset, j: number): boolean {
  const a = exampleAt(x, i)
  const b = exampleAt(y, j)
  for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return false
  return true
}

/** The storage as 32-bit words where whole words make an example, else as bytes (`rest` bytes an example). */
function asWords(features: Dataset['features'], size: number) {
  const { buffer, byteOffset, byteLength } = features
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  if (size % 4 !== 0) return { words: new Uint32Array(0), bytes, perExample: 0, rest: size }
  // A view into a file's bytes (IDX has a header of 16) may start anywhere; unaligned ones are copied once.
  const source = byteOffset % 4 === 0 ? features : new Uint8Array(bytes)
  return {
    words: new Uint32Array(source.buffer, source.byteOffset, byteLength / 4),
    bytes,
    perExample: size / 4,
    rest: 0,
  }
}

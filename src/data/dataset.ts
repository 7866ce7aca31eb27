import { InklingError } from '../errors.ts'

/** Bytes of examples that are not held in memory: read row by row, e.g. from a file. */
export interface RowSource {
  /** Rows of the storage. */
  readonly count: number
  /** Copies storage row `row` to the beginning of `out`, at once (not later). */
  read(row: number, out: Uint8Array): void
}

/** Where the examples of a dataset come from: the patient, writer, machine or source picture of each. */
export interface Groups {
  /** What a group is, for people: `record`, `writer`. */
  kind: string
  names: readonly string[]
  /** Of every storage row, an index into `names`. */
  ids: Int32Array
  /** Parts must not share a group: `holdOut` then splits by group. */
  together: boolean
}

/**
 * Labelled examples of one shape, held in one array. A dataset is never changed: {@link subset} makes a view that
 * shares the storage. Features of type u8 mean 0..255 for 0..1.
 */
export interface Dataset {
  /** For people and records, e.g. `mnist/train`. */
  readonly name: string
  /** Shape of one example, channels last, e.g. `[28, 28, 1]`. */
  readonly shape: readonly number[]
  /** Names of the labels; the index is the class id. */
  readonly classes: readonly string[]
  /** Number of examples in this view. */
  readonly length: number
  /** The whole storage, row-major, product(shape) values an example; an empty Uint8Array where there are `rows`. */
  readonly features: Uint8Array | Float32Array
  /** The storage, where it does not fit into memory (u8 only): use {@link gather} and {@link exampleAt}. */
  readonly rows?: RowSource
  /** The whole storage's class ids, or undefined where there are none. */
  readonly labels: Int32Array | undefined
  /** A view: example `i` is storage row `indices[i]`. Absent: all rows in order. */
  readonly indices?: Uint32Array
  /** Where the examples come from (patients, writers), where that is known. */
  readonly groups?: Groups
}

/** What {@link createDataset} needs. */
export interface DatasetParts {
  name: string
  shape: readonly number[]
  classes: readonly string[]
  /** Or `rows`. */
  features?: Uint8Array | Float32Array
  rows?: RowSource
  labels?: ArrayLike<number>
}

/** Number of values of one example. */
export function strideOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

/** Storage row of example `i` of a dataset. */
export function rowOf(ds: Dataset, i: number): number {
  return ds.indices ? ds.indices[i] : i
}

/**
 * Builds a dataset and checks it: whole examples only, as many labels as examples, labels inside the classes.
 * `features` is kept, not copied.
 */
export function createDataset(parts: DatasetParts): Dataset {
  const { name, shape, classes, rows, features = new Uint8Array(0) } = parts
  const stride = strideOf(shape)
  if (!(stride > 0) || !shape.every(n => Number.isInteger(n) && n > 0)) {
    throw new InklingError(`${name}: an example's shape must be whole positive numbers, not [${shape.join(', ')}]`)
  }
  const length = rows ? rows.count : features.length / stride
  if (!Number.isInteger(length)) {
    throw new InklingError(
      `${name}: ${features.length} values are no whole number of [${shape.join(', ')}] examples (${stride} values each)`,
    )
  }
  const labels = parts.labels && toInt32(parts.labels)
  if (labels) {
    if (labels.length !== length) throw new InklingError(`${name}: ${length} examples but ${labels.length} labels`)
    checkLabels(labels, classes, name)
  }
  const dataset = { name, shape: [...shape], classes: [...classes], length, features, labels }
  return rows ? { ...dataset, rows } : dataset
}

/** Throws when a label is no class id; `where` names the file or the dataset. */
export function checkLabels(labels: ArrayLike<number>, classes: readonly string[], where: string): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    if (label >= 0 && label < classes.length && Number.isInteger(label)) continue
    throw new InklingError(
      `${where}: label ${label} at position ${i + 1} is outside the ${classes.length} classes (0..${classes.length - 1})`,
    )
  }
}

/**
 * A view of the examples at `positions` (positions within `ds`, in that order, repeats allowed). No pixel is copied.
 */
export function subset(ds: Dataset, positions: ArrayLike<number>, name = ds.name): Dataset {
  const indices = new Uint32Array(positions.length)
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]
    if (!(position >= 0 && position < ds.length)) {
      throw new RangeError(`${ds.name}: position ${position} is outside 0..${ds.length - 1}`)
    }
    indices[i] = rowOf(ds, position)
  }
  return { ...ds, name, length: indices.length, indices }
}

/** A view of examples `start` (inclusive) to `end` (exclusive). */
export function slice(ds: Dataset, start: number, end = ds.length, name = ds.name): Dataset {
  const from = Math.min(Math.max(0, start), ds.length)
  const to = Math.min(Math.max(from, end), ds.length)
  return subset(
    ds,
    Uint32Array.from({ length: to - from }, (_, i) => from + i),
    name,
  )
}

/**
 * Copies the examples at `positions` one behind the other into `out`, and their class ids into `labelsOut`.
 * `out` of the same type as the features gets them as they are; a Float32Array gets u8 features as 0..1.
 */
export function gather(
  ds: Dataset,
  positions: ArrayLike<number>,
  out: Uint8Array | Float32Array,
  labelsOut?: Int32Array,
): void {
  const { features, rows, indices, labels } = ds
  const stride = strideOf(ds.shape)
  const n = positions.length
  if (out.length < n * stride) {
    throw new RangeError(`${ds.name}: ${n} examples need ${n * stride} values, the target holds ${out.length}`)
  }
  const scale = features instanceof Uint8Array && out instanceof Float32Array
  if (features instanceof Float32Array && out instanceof Uint8Array) {
    throw new TypeError(`${ds.name}: float features cannot be gathered into bytes`)
  }
  if (labelsOut && !labels) throw new InklingError(`${ds.name} has no labels`)
  const one = rows && scale ? new Uint8Array(stride) : undefined
  for (let k = 0; k < n; k++) {
    const position = positions[k]
    if (!(position >= 0 && position < ds.length)) {
      throw new RangeError(`${ds.name}: position ${position} is outside 0..${ds.length - 1}`)
    }
    const row = indices ? indices[position] : position
    const from = row * stride
    const to = k * stride
    if (one) {
      rows?.read(row, one)
      for (let j = 0; j < stride; j++) out[to + j] = one[j] / 255
    } else if (rows) rows.read(row, out.subarray(to, to + stride) as Uint8Array)
    else if (scale) for (let j = 0; j < stride; j++) out[to + j] = features[from + j] / 255
    else out.set(features.subarray(from, from + stride), to)
    if (labelsOut) labelsOut[k] = (labels as Int32Array)[row]
  }
}

/** The values of example `i`: a view of the storage (of a dataset in memory), not to be changed. */
export function exampleAt(ds: Dataset, i: number): Uint8Array | Float32Array {
  checkPosition(ds, i)
  const stride = strideOf(ds.shape)
  const row = rowOf(ds, i)
  if (ds.rows) {
    const values = new Uint8Array(stride)
    ds.rows.read(row, values)
    return values
  }
  return ds.features.subarray(row * stride, (row + 1) * stride)
}

/** The class id of example `i`. */
export function labelAt(ds: Dataset, i: number): number {
  checkPosition(ds, i)
  if (!ds.labels) throw new InklingError(`${ds.name} has no labels`)
  return ds.labels[rowOf(ds, i)]
}

/** The class ids of all examples, in the dataset's order. */
export function labelsOf(ds: Dataset): Int32Array {
  const { labels, indices } = ds
  if (!labels) throw new InklingError(`${ds.name} has no labels`)
  return indices ? Int32Array.from(indices, row => labels[row]) : labels.slice(0, ds.length)
}

/** How many examples each class has; all zero for a dataset without labels. */
export function classCounts(ds: Dataset): number[] {
  const counts = new Array<number>(ds.classes.length).fill(0)
  if (ds.labels) for (let i = 0; i < ds.length; i++) counts[ds.labels[rowOf(ds, i)]]++
  return counts
}

function checkPosition(ds: Dataset, i: number): void {
  if (!(i >= 0 && i < ds.length)) throw new RangeError(`${ds.name}: position ${i} is outside 0..${ds.length - 1}`)
}

function toInt32(labels: ArrayLike<number>): Int32Array {
  return labels instanceof Int32Array ? labels : Int32Array.from(labels)
}

import { InklingError } from '../../errors.ts'

/** A record of CIFAR's binary version: label bytes, then 1,024 red, 1,024 green and 1,024 blue values. */
export interface CifarLayout {
  name: string
  /** Label bytes of a record, and which of them is meant. */
  labelBytes: number
  labelAt: number
  classes: number
}

/** CIFAR-10: one label. */
export const CIFAR_10: CifarLayout = { name: 'CIFAR-10', labelBytes: 1, labelAt: 0, classes: 10 }
/** CIFAR-100: the coarse label (20 kinds), then the fine one (100 classes). */
export const CIFAR_100: CifarLayout = { name: 'CIFAR-100', labelBytes: 2, labelAt: 1, classes: 100 }

const PIXELS = 1024

/**
 * Reads one file of CIFAR's binary version (https://www.cs.toronto.edu/~kriz/cifar.html) into `features` (u8
 * [n, 32, 32, 3], channels last) and `labels`, starting at example `at`. Returns the number of examples.
 */
export function readCifarBatch(
  bytes: Uint8Array,
  source: string,
  features: Uint8Array,
  labels: Int32Array,
  at: number,
  layout: CifarLayout = CIFAR_10,
): number {
  const count = cifarCount(bytes, source, layout)
  const record = layout.labelBytes + 3 * PIXELS
  for (let i = 0; i < count; i++) {
    const from = i * record
    const label = bytes[from + layout.labelAt]
    if (label >= layout.classes) {
      throw new InklingError(
        `${source}: record ${i + 1} has label ${label}, outside the ${layout.classes} classes (0..${layout.classes - 1})`,
      )
    }
    labels[at + i] = label
    let to = (at + i) * 3 * PIXELS
    const first = from + layout.labelBytes
    for (let p = first; p < first + PIXELS; p++) {
      features[to++] = bytes[p]
      features[to++] = bytes[p + PIXELS]
      features[to++] = bytes[p + 2 * PIXELS]
    }
  }
  return count
}

/** Number of records in a batch file; throws when it is no whole number. */
export function cifarCount(bytes: Uint8Array, source: string, layout: CifarLayout = CIFAR_10): number {
  const record = layout.labelBytes + 3 * PIXELS
  const count = bytes.length / record
  if (count > 0 && Number.isInteger(count)) return count
  throw new InklingError(
    `${source} has ${bytes.length} bytes; ${layout.name}'s binary files are whole records of ${record} bytes`,
    { hint: 'It is cut off, or not the "binary version".' },
  )
}

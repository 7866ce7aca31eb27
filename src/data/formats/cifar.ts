import { InklingError } from '../../errors.ts'

/** Bytes of one record of CIFAR-10's binary version: a label, then 1,024 red, 1,024 green and 1,024 blue values. */
const RECORD = 1 + 3 * 1024

/**
 * Reads one batch of CIFAR-10's binary version (https://www.cs.toronto.edu/~kriz/cifar.html) into
 * `features` (u8 [n, 32, 32, 3], channels last) and `labels`, starting at example `at`. Returns the number of examples.
 */
export function readCifarBatch(
  bytes: Uint8Array,
  source: string,
  features: Uint8Array,
  labels: Int32Array,
  at: number,
): number {
  const count = cifarCount(bytes, source)
  for (let i = 0; i < count; i++) {
    const from = i * RECORD
    const label = bytes[from]
    if (label > 9) {
      throw new InklingError(`${source}: record ${i + 1} has label ${label}, outside the 10 classes (0..9)`)
    }
    labels[at + i] = label
    let to = (at + i) * 3072
    for (let p = from + 1; p < from + 1025; p++) {
      features[to++] = bytes[p]
      features[to++] = bytes[p + 1024]
      features[to++] = bytes[p + 2048]
    }
  }
  return count
}

/** Number of records in a batch file; throws when it is no whole number. */
export function cifarCount(bytes: Uint8Array, source: string): number {
  const count = bytes.length / RECORD
  if (count > 0 && Number.isInteger(count)) return count
  throw new InklingError(
    `${source} has ${bytes.length} bytes; CIFAR-10's binary files are whole records of ${RECORD} bytes`,
    { hint: 'It is cut off, or not the "binary version".' },
  )
}

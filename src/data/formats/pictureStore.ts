import { createRandom, type Random } from '../../random.ts'

/** Where a reader that sees pictures one by one puts them. */
export interface PictureStore {
  /** Takes a copy of one picture. */
  add(pixels: Uint8Array, label: number): void
  /** Ends the store, which must not be used any more: the pictures one behind the other, and their class ids. */
  finish(): { features: Uint8Array; labels: Int32Array }
}

const FIRST_BLOCK = 2048
/** 784 values each: just above 32 MiB, from where on allocators take and return memory by itself. */
const LARGEST_BLOCK = 43_008

/** No more than this is set aside for pictures that may come. */
const MOST_BYTES = 1 << 30

/**
 * Keeps every picture of `stride` values. Memory: the pictures, and at most one block more; where it is known how many
 * may come at `most`, the pictures alone.
 */
export function growingStore(stride: number, most = 0): PictureStore {
  const first = Math.max(FIRST_BLOCK, Math.min(most, Math.floor(MOST_BYTES / stride)))
  const blocks: Uint8Array<ArrayBuffer>[] = []
  const labels: number[] = []
  let room = 0
  let block = new Uint8Array(0)
  return {
    add(pixels, label) {
      if (room === 0) {
        // Zeroed memory is not taken before it is written: a first block that is too large costs nothing.
        room = blocks.length === 0 ? first : Math.min(LARGEST_BLOCK, FIRST_BLOCK * 2 ** blocks.length)
        block = new Uint8Array(room * stride)
        blocks.push(block)
      }
      block.set(pixels, block.length - room * stride)
      room--
      labels.push(label)
    },
    finish() {
      const length = labels.length * stride
      return {
        features: blocks.length === 1 ? block.subarray(0, length) : joined(blocks, length),
        labels: Int32Array.from(labels),
      }
    },
  }
}

/** The first `length` bytes of the blocks, which are given back one by one: never two copies of everything. */
function joined(blocks: Uint8Array<ArrayBuffer>[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const { buffer } of blocks.splice(0)) {
    const part = new Uint8Array(buffer, 0, Math.min(buffer.byteLength, length - at))
    whole.set(part, at)
    at += part.length
    buffer.transfer?.(0)
  }
  return whole
}

/** A store that keeps at most `cap` pictures a class. */
export interface CappedStore extends PictureStore {
  /** How many of each class came. */
  readonly seen: readonly number[]
}

/**
 * Keeps at most `cap` pictures of each of `classes` classes, each picture of a class with the same chance (reservoir
 * sampling, J. S. Vitter's algorithm R): the same pictures for the same seed and order. Memory: what is kept.
 */
export function cappedStore(stride: number, classes: number, cap: number, seed: number): CappedStore {
  const root = createRandom(seed).fork('cap')
  const chance: Random[] = Array.from({ length: classes }, (_, c) => root.fork(c))
  const seen = new Array<number>(classes).fill(0)
  const slots: number[][] = seen.map(() => [])
  const labels: number[] = []
  let kept = new Uint8Array(0)
  return {
    seen,
    add(pixels, label) {
      const count = seen[label]++
      let slot = labels.length
      if (count < cap) {
        slots[label].push(slot)
        labels.push(label)
        if (kept.length < (slot + 1) * stride) {
          const larger = new Uint8Array(Math.min(2 * slot + 256, classes * cap) * stride)
          larger.set(kept)
          kept = larger
        }
      } else {
        const place = chance[label].int(count + 1)
        if (place >= cap) return
        slot = slots[label][place]
      }
      kept.set(pixels, slot * stride)
    },
    finish: () => ({ features: kept.subarray(0, labels.length * stride), labels: Int32Array.from(labels) }),
  }
}

import { createRandom } from '../random.ts'

/**
 * The order in which epoch number `epoch` visits `length` examples. It depends on (seed, epoch) alone, so a resumed
 * training finds its place by counting batches.
 */
export function epochOrder(length: number, seed: number, epoch: number, shuffle = true): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i)
  return shuffle ? createRandom(seed).fork('epoch order').fork(epoch).shuffle(order) : order
}

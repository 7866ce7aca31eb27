import type { Dataset } from '../data/dataset.ts'
import type { Executable, Feeds, Fetched } from '../engine/backend.ts'
import { createBatches, type LabelForm } from './batches.ts'

/**
 * Runs a plan of fixed batch size over a whole dataset in its order; the last block is padded with the dataset's last
 * example. Two blocks are under way at a time: one is gathered while the other is computed.
 *
 * @param constant fed with every block, in place of what the dataset gives by these names
 * @param each is given what a block fetched, the position of its first example and how many of its rows count
 */
export async function overBlocks<K extends string>(
  step: Executable<K>,
  dataset: Dataset,
  block: number,
  labels: LabelForm | undefined,
  each: (fetched: Fetched<K>, from: number, rows: number) => void,
  constant: Feeds = {},
): Promise<void> {
  const batches = createBatches(dataset, block, labels)
  const positions = new Uint32Array(block)
  const under: { from: number; outcome: Promise<Fetched<K>> }[] = []
  const settle = async () => {
    const { from, outcome } = under.shift()!
    each(await outcome, from, Math.min(block, dataset.length - from))
  }
  for (let from = 0; from < dataset.length; from += block) {
    for (let i = 0; i < block; i++) positions[i] = Math.min(from + i, dataset.length - 1)
    const outcome = step.run({ ...batches.feeds(positions), ...constant })
    outcome.catch(() => {}) // it is awaited in turn; until then nobody else may call it unhandled
    under.push({ from, outcome })
    if (under.length === 2) await settle()
  }
  while (under.length > 0) await settle()
}

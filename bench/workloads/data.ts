import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findDataset, gather, loadDataset, strideOf } from '../../src/data/index.ts'
import type { EpochData } from '../systems/protocol.ts'

export interface PreparedEpoch {
  data: EpochData
  /** For people. */
  source: string
  remove(): void
}

/** MNIST's training digits where they are at hand, else the drawn ones again and again, as files for every system. */
export async function epochData(examples = 60_000): Promise<PreparedEpoch> {
  const name = findDataset('mnist') ? 'mnist' : 'drawn'
  const { train } = await loadDataset(name)
  const pictures = new Uint8Array(examples * strideOf(train.shape))
  const labels = new Int32Array(examples)
  gather(
    train,
    Uint32Array.from({ length: examples }, (_, i) => i % train.length),
    pictures,
    labels,
  )
  const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'))
  const data = { pictures: join(folder, 'pictures'), labels: join(folder, 'labels'), examples }
  writeFileSync(data.pictures, pictures)
  writeFileSync(data.labels, labels)
  return { data, source: name, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

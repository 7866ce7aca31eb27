import { loadDataset } from '../../data/load.ts'
import { type ClassShare, contactSheet } from '../../data/preview.ts'
import { InklingError } from '../../errors.ts'
import { writeFileAtomic } from '../../training/files.ts'
import { dataSettings } from '../dataOptions.ts'
import { count, percent } from '../format.ts'
import type { SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { table } from '../table.ts'

export interface PreviewOptions extends SharedOptions {
  out?: string
  part: 'train' | 'validation' | 'test' | 'unlabelled'
  perClass?: number
  with?: Record<string, string>
}

/** Drawn digits are made for the sheet: no more than it takes to see what they are like. */
const DRAWN = { train: 2_000, test: 500 }
const BAR = 30

/** `inkling data preview`. */
export async function preview(name: string, options: PreviewOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const loaded = await loadDataset(name, {
    dataDir: options.dataDir,
    drawn: { ...DRAWN, seed: options.seed ?? 0 },
    ...dataSettings(name, options.with),
  })
  const dataset = loaded[options.part]
  if (!dataset) throw new InklingError(`${loaded.name} has no part "${options.part}"`, { exitCode: 2 })
  const { png, width, height, distribution } = contactSheet(dataset, {
    perClass: options.perClass,
    seed: options.seed,
  })
  const file = options.out ?? `${loaded.name}-preview.png`
  await writeFileAtomic(file, png, { what: 'the contact sheet' })
  output.result({ file, width, height, data: dataset.name, examples: dataset.length, distribution })
  if (dataset.labels) output.say(`${distributionText(distribution)}\n`)
  const made = loaded.drawn ? ' made for this sheet' : ''
  output.say(`${dataset.name}: ${count(dataset.length)} examples${made}. Contact sheet: ${file}`)
}

/** How often each class occurs, with bars. */
function distributionText(distribution: readonly ClassShare[]): string {
  const most = Math.max(...distribution.map(entry => entry.count), 1)
  return table(
    ['class', 'examples', 'share', ''],
    distribution.map(({ label, count: n, share }) => [
      label,
      count(n),
      percent(share),
      '#'.repeat(Math.round((BAR * n) / most)),
    ]),
    { align: ['left', 'right', 'right', 'left'] },
  )
}

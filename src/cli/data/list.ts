import type { DatasetInfo } from '../../data/datasets/types.ts'
import { findDataset } from '../../data/load.ts'
import { listDatasets } from '../../data/registry.ts'
import { count, shape } from '../format.ts'
import type { SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { table } from '../table.ts'

/** `inkling data list`. */
export async function listAll(options: SharedOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const found = listDatasets().map(entry => ({
    ...summary(entry),
    found: entry.builtIn ? 'built in' : (findDataset(entry.name, options)?.folder ?? null),
  }))
  output.result({ datasets: found })
  output.say(
    table(
      ['name', 'what', 'train', 'test', 'one example', 'classes', 'here'],
      found.map(entry => [
        entry.name,
        entry.title,
        count(entry.examples.train),
        entry.examples.test === undefined ? '' : count(entry.examples.test),
        shape(entry.shape),
        String(entry.classes.length),
        entry.found ?? '-',
      ]),
    ),
  )
}

function summary({ name, title, task, shape, classes, examples }: DatasetInfo) {
  return { name, title, task, shape, classes, examples }
}

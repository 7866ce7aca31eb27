/**
 * `inkling train data.csv --label kind` beside scikit-learn's MLPClassifier, on the same rows:
 *
 *   node bench/scikitLearn.ts [--seeds 5] [--python /usr/bin/python3] [--json FILE]
 *
 * scikit-learn gets the training and the validation rows, standardised, and its defaults (100 hidden units, Adam, up to 1000
 * epochs); Inkling chooses its epochs and settings itself. Both are judged on the same test rows, a fifth, drawn by the seed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Dataset, rowOf } from '../src/data/dataset.ts'
import { loadTable } from '../src/data/table/table.ts'
import { createWasmBackend } from '../src/engine/backends/wasm/backend.ts'
import { trainRun } from '../src/training/train.ts'

const TABLES = ['iris', 'wine', 'breast_cancer', 'digits', 'wide']
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    python: { type: 'string', default: '/usr/bin/python3' },
    json: { type: 'string' },
    tables: { type: 'string', default: TABLES.join() },
  },
})

interface Job {
  table: string
  seed: number
  train: number[]
  test: number[]
}
interface Found {
  table: string
  seed: number
  inkling: number
  linear: number
  sklearn: { mlp: number; linear: number }
}

const folder = mkdtempSync(join(tmpdir(), 'inkling-tables-'))
const backend = await createWasmBackend({ threads: 1 })
try {
  python(['write', folder])
  const jobs: Job[] = []
  const own: Pick<Found, 'inkling' | 'linear'>[] = []
  for (const table of values.tables.split(','))
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const data = join(folder, `${table}.csv`)
      const { train, validation, test } = await loadTable(data, { label: 'kind', seed })
      const rows = (part: Dataset | undefined) => Array.from({ length: part?.length ?? 0 }, (_, i) => rowOf(part!, i))
      jobs.push({ table, seed, train: [...rows(train), ...rows(validation)], test: rows(test) })
      const out = join(folder, `${table}-${seed}`)
      const result = await trainRun({ data, table: { label: 'kind' }, seed, out, backend })
      const linear = result.baselines?.find(({ name }) => name === 'linear')?.test
      own.push({ inkling: result.test!.accuracy, linear: linear!.accuracy })
      process.stderr.write(`${table} ${seed}: ${result.test!.accuracy.toFixed(4)}\n`)
    }
  const peers = JSON.parse(python(['score', folder], JSON.stringify(jobs)))
  const found: Found[] = jobs.map(({ table, seed }, i) => ({ table, seed, ...own[i], sklearn: peers[i] }))
  if (values.json) writeFileSync(values.json, `${JSON.stringify(found)}\n`)
  console.log(tableOf(found))
} finally {
  await backend.close()
  rmSync(folder, { recursive: true, force: true })
}

function python(args: readonly string[], input?: string): string {
  const script = fileURLToPath(new URL('peers/scikit_learn.py', import.meta.url))
  const { status, stdout, stderr } = spawnSync(values.python, [script, ...args], { encoding: 'utf8', input })
  if (status === 0) return stdout
  throw new Error(`${values.python} ${args[0]}: ${stderr}`)
}

/** Means over the seeds, in percent. */
function tableOf(found: readonly Found[]): string {
  const mean = (list: readonly number[]) => (100 * list.reduce((sum, v) => sum + v, 0)) / list.length
  const rows = [...new Set(found.map(({ table }) => table))].map(table => {
    const of = found.filter(one => one.table === table)
    const [mlp, peer] = [mean(of.map(one => one.inkling)), mean(of.map(one => one.sklearn.mlp))]
    const [linear, logistic] = [mean(of.map(one => one.linear)), mean(of.map(one => one.sklearn.linear))]
    const cells = [mlp, peer, mlp - peer, linear, logistic].map(v => v.toFixed(1).padStart(10))
    return `${table.padEnd(14)}${cells.join('')}`
  })
  const head = ['table-mlp', 'MLPClass.', 'difference', 'linear', 'logistic'].map(text => text.padStart(10)).join('')
  return [`${'table'.padEnd(14)}${head}`, ...rows].join('\n')
}

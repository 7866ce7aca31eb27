import { basename } from 'node:path'
import { InklingError } from '../../errors.ts'
import { plural } from '../../words.ts'
import { cellsOf, headOf } from '../csvHead.ts'
import { createDataset, type Dataset, rowOf, subset } from '../dataset.ts'
import { foldOf } from '../folds.ts'
import { groupSplit, withGroups } from '../groups.ts'
import type { LoadedDataset } from '../loaded.ts'
import { findOverlap } from '../overlap.ts'
import { naturalOrder } from '../pictures/files.ts'
import { stratifiedSplit } from '../split.ts'
import { encodeRows, fitColumns, widthOf } from './columns.ts'
import { columnAt, isMissing, numberIn, readTable, type TextTable } from './readTable.ts'
import type { TableOptions, TableReport } from './report.ts'

/** Fewer rows of a class than this teach and prove little. */
const FEW = 20

/**
 * Loads a CSV file with a header as labelled examples [inputs]: numbers standardised, categories one input a level,
 * missing values as mean or mode with an input that says so, all by the training part alone. Split by class, or by
 * group; rows without a label are left out.
 */
export async function loadTable(path: string, options: TableOptions): Promise<LoadedDataset & { table: TableReport }> {
  const read = await readTable(path)
  const at = columnAt(read, options.label, '--label')
  const rows = read.rows.filter(({ cells }) => !isMissing(cells[at]))
  const table = { ...read, rows }
  const names = rows.map(({ cells }) => cells[at])
  const { label, group, known } = options
  const name = basename(path)
  const facts = { name, source: path, files: [{ path: name, sha256: read.sha256 }], drawn: false }
  if (known) {
    const labels = names.map((text, i) => idOf(text, known.classes, table, i, label))
    const features = encodeRows(table, known.columns)
    const train = createDataset({ name, shape: [widthOf(known.columns)], classes: known.classes, features, labels })
    return { ...facts, train, table: { label, group, columns: [...known.columns], leftOut: [], doubts: [] } }
  }
  const classes = classesOf(names, table, label)
  const places = new Map(classes.map((text, id) => [text, id]))
  const labels = names.map(text => places.get(text) as number)
  const parts = split(table, labels, classes, options)
  const without = group === undefined ? [label] : [label, group]
  const taught = options.columns && { columns: options.columns, leftOut: [], doubts: [] }
  const { columns, leftOut, doubts } = taught ?? fitColumns(table, parts.train, without)
  const all = createDataset({ name, shape: [widthOf(columns)], classes, features: encodeRows(table, columns), labels })
  const part = (of: 'train' | 'validation' | 'test') => {
    const positions = parts[of]
    return positions && subset(all, positions, `${name}/${of}`)
  }
  const [train, validation, test] = [part('train') as Dataset, part('validation'), part('test')]
  const report: TableReport = { label, group, columns, leftOut, doubts }
  const notes = notesOf(report, {
    read: read.rows.length,
    rows: rows.length,
    labels,
    classes,
    train,
    test,
    folds: options.fold !== undefined,
  })
  return { ...facts, train, validation, test, notes, table: report }
}

function classesOf(names: readonly string[], { path }: TextTable, label: string): string[] {
  const classes = [...new Set(names)]
  if (classes.length < 2)
    throw new InklingError(`label "${label}" of ${path} has ${classes.length === 1 ? 'one value only' : 'no values'}`, {
      hint: 'At least two classes are needed.',
    })
  const values = classes.map(numberIn)
  const numeric = !values.some(Number.isNaN)
  const many = classes.length > 20 && (classes.length > names.length / 10 || classes.length > 100)
  if (numeric && (many || (classes.length > 20 && !values.every(Number.isInteger))))
    throw new InklingError(
      `label "${label}" has ${classes.length} different numbers: estimating a quantity (regression) is not what Inkling does`,
      {
        exitCode: 2,
        hint: 'It sorts into classes: make ranges of the numbers, or choose another column with --label.',
      },
    )
  if (classes.length > names.length / 2 && classes.length > 20)
    throw new InklingError(
      `label "${label}" has ${classes.length} different values in ${names.length} rows: each class needs several`,
      { exitCode: 2, hint: 'Choose another column with --label.' },
    )
  return numeric ? classes.sort((a, b) => numberIn(a) - numberIn(b) || naturalOrder(a, b)) : classes.sort(naturalOrder)
}

function idOf(text: string, classes: readonly string[], { path, rows }: TextTable, row: number, label: string): number {
  const id = classes.indexOf(text)
  if (id >= 0) return id
  throw new InklingError(`${path}, line ${rows[row].line}: "${text}" is no ${label} that was learned`, {
    hint: `Known: ${classes.slice(0, 10).join(', ')}${classes.length > 10 ? ', ...' : ''}.`,
  })
}

/** In the order of their shares. */
const PARTS = ['test', 'validation', 'train'] as const

/** Positions of the rows of each part. */
function split(
  table: TextTable,
  labels: readonly number[],
  classes: readonly string[],
  { group, seed, testShare = 0.2, validation = 0.1, fold }: TableOptions,
): { train: Uint32Array; validation?: Uint32Array; test?: Uint32Array } {
  const shares = [testShare, (1 - testShare) * validation, (1 - testShare) * (1 - validation)]
  const rows = createDataset({ name: table.path, shape: [1], classes, features: new Uint8Array(labels.length), labels })
  let grouped = rows
  if (group !== undefined) {
    const at = columnAt(table, group, '--group')
    const nameless = table.rows.find(({ cells }) => isMissing(cells[at]))
    if (nameless) throw new InklingError(`${table.path}, line ${nameless.line}: the ${group} is missing`)
    const names = table.rows.map(({ cells }) => cells[at])
    grouped = withGroups(rows, group, names)
  }
  const positions = (part: Dataset) => Uint32Array.from({ length: part.length }, (_, i) => rowOf(part, i))
  if (fold) {
    const { train, validation: held } = foldOf(grouped, fold, seed)
    return { train: positions(train), validation: positions(held) }
  }
  const kept = PARTS.filter((_, i) => shares[i] > 0)
  const made = (group === undefined ? stratifiedSplit : groupSplit)(
    grouped,
    shares.filter(share => share > 0),
    { seed },
  )
  if (made.some(part => part.length === 0))
    throw new InklingError(`${table.path} has ${plural(labels.length, 'row')} with a label: too few to split`)
  const of = (part: (typeof PARTS)[number]) => (kept.includes(part) ? positions(made[kept.indexOf(part)]) : undefined)
  return { train: of('train') as Uint32Array, validation: of('validation'), test: of('test') }
}

function notesOf(
  { columns, leftOut, doubts, label, group }: TableReport,
  seen: {
    read: number
    rows: number
    labels: number[]
    classes: string[]
    train: Dataset
    test?: Dataset
    folds: boolean
  },
): string[] {
  const { read, rows, labels, classes, train, test, folds } = seen
  const inputs = widthOf(columns)
  const numbers = columns.filter(column => column.kind === 'number').length
  const notes = [
    `${plural(rows, 'row')}, ${plural(columns.length, 'column')} (${numbers} of numbers, ${columns.length - numbers} of categories) as ${plural(inputs, 'input')}`,
    `label ${label}: ${classes.length} classes`,
    folds
      ? `folds: drawn by class and seed${group === undefined ? '' : `; rows of one ${group} are in one fold`}`
      : test === undefined
        ? 'split: no rows to test with'
        : group === undefined
          ? `split: ${plural(test.length, 'row')} to test with, drawn by class and seed`
          : `split: ${plural(test.length, 'row')} to test with; rows of one ${group} stay on one side`,
  ]
  notes.push(...doubts.map(doubt => `warning: ${doubt}`))
  if (leftOut.length > 0) {
    const list = leftOut.slice(0, 5).map(({ name, why }) => `${name} (${why})`)
    notes.push(`left out: ${list.join(', ')}${leftOut.length > 5 ? `, ... (${leftOut.length} columns)` : ''}`)
  }
  if (read > rows) notes.push(`warning: left out, without a label: ${plural(read - rows, 'row')}`)
  const counts = classes.map(() => 0)
  for (const id of labels) counts[id]++
  const few = classes.filter((_, id) => counts[id] < FEW)
  if (few.length > 0)
    notes.push(
      `warning: ${few.length} of ${classes.length} classes have under ${FEW} rows: ${few.slice(0, 5).join(', ')}`,
    )
  const shared = test ? findOverlap(train, test).shared : 0
  if (test && shared > 0)
    notes.push(`warning: ${shared} of ${test.length} test rows equal a training row in every column`)
  return notes
}

/** True for a CSV file whose first line names columns that are no pixels: a table, of which a label must be named. */
export function isGeneralTable(path: string): boolean {
  const cells = cellsOf(headOf(path)[0])
  return cells.length > 1 && cells.some(cell => cell !== '' && !/^(label|(pixel)?\d*(x\d+)?|[-+\d.e]+)$/i.test(cell))
}

import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InklingError } from '../../errors.ts'
import { cellsOf, headOf } from '../csvHead.ts'
import { PART_COLUMNS, partOf } from '../parts.ts'
import { columnAt, isMissing, numberIn, readTable, type TextTable } from '../table/readTable.ts'
import { isGroupPattern } from './groupPattern.ts'
import { isSignalName } from './readSignal.ts'
import type { SignalListing, SignalOptions, Stretch } from './types.ts'

const FILE_COLUMNS = ['file', 'filename', 'file_name', 'path', 'recording', 'record', 'signal']
/** Columns of places, in seconds and in samples. */
const PLACES = {
  seconds: { from: ['start', 'from', 'begin'], to: ['end', 'to', 'stop'], at: ['at', 'time'] },
  samples: { from: ['start_sample'], to: ['end_sample'], at: ['at_sample', 'sample'] },
} as const
/** Columns that mean places by other names: beside a column `file` the rows would else be taken for whole files. */
const LIKE_PLACES = /(^|_)(start|end|begin|stop|onset|offset)(_|$)|^(first|last)_(sample|frame|second)/
/** The class of a label file that names none. */
const EVENT = 'event'
const REST = 'rest'

/**
 * Reads a label file: a row for each stretch (`start,end,label` in seconds, `start_sample,end_sample,label` in samples),
 * each moment (`at,label` or `at_sample,label`) or each whole file (`file,label`); with a column `file` where there are
 * several signals. Without a column of labels the rows are one class, `event`, and what lies between them the other.
 *
 * @param path the signal, or the folder of signals
 */
export async function listFromLabels(
  path: string,
  labelFile: string,
  options: Pick<SignalOptions, 'label' | 'rest' | 'group'>,
): Promise<SignalListing> {
  const table = await readTable(labelFile)
  const { header, rows } = table
  const lower = header.map(name => name.toLowerCase())
  const column = (names: readonly string[]) => lower.findIndex(name => names.includes(name))
  const several = statSync(path).isDirectory()
  const file = column(FILE_COLUMNS)
  if (several && file < 0)
    throw new InklingError(`${labelFile} has no column "file": which of the signals in ${path} does a row mean?`, {
      hint: `It has ${header.join(', ')}.`,
    })
  const place = placeColumns(table, column)
  if (!place && (file < 0 || lower.some(name => LIKE_PLACES.test(name)))) throw noPlaces(table)
  const label = labelColumn(table, options.label, place !== undefined)
  if (options.group !== undefined && isGroupPattern(options.group))
    throw new InklingError(`--group "${options.group}" is a pattern for folders; with a label file it names a column`, {
      exitCode: 2,
      hint: `${labelFile} has ${header.join(', ')}.`,
    })
  const group = options.group === undefined ? -1 : columnAt(table, options.group, '--group')
  const part = column(PART_COLUMNS)

  const listing: SignalListing = {
    root: several ? path : dirname(path),
    layout: 'labels',
    labelFile,
    files: [],
    stretches: [],
    missing: [],
  }
  const ids = new Map<string, number>()
  if (!several) ids.set(basename(path), listing.files.push({ path, name: basename(path) }) - 1)
  for (const { cells, line } of rows) {
    const where = `${labelFile}, line ${line}`
    const name = file < 0 ? basename(path) : cells[file]
    const id = fileOf(name, { listing, ids, several, where, labelFile })
    if (id === undefined) continue
    if (label >= 0 && isMissing(cells[label])) throw new InklingError(`${where}: the label is missing`)
    if (group >= 0 && isMissing(cells[group])) throw new InklingError(`${where}: the ${options.group} is missing`)
    listing.stretches.push({
      file: id,
      label: label < 0 ? EVENT : cells[label],
      span: place && spanOf(cells, place, where),
      part: part < 0 ? undefined : partOf(cells[part], where),
      group: group < 0 ? undefined : cells[group],
      line,
    })
  }
  if (listing.stretches.length === 0)
    throw new InklingError(
      several
        ? `none of the ${listing.missing.length} files that ${labelFile} names is there: ${listing.missing[0]}`
        : `no row of ${labelFile} is of ${basename(path)}`,
    )
  return listing
}

/** The class of what lies between the stretches, where there is one. */
export function restOf(listing: SignalListing, rest: string | undefined): string | undefined {
  const nameless = listing.layout === 'labels' && listing.stretches.every(({ label }) => label === EVENT)
  return rest ?? (nameless ? REST : undefined)
}

/** True for a CSV file whose first lines tell that it lists signal files. */
export function listsSignals(path: string): boolean {
  const [header, row] = headOf(path)
  const at = cellsOf(header).findIndex(name => FILE_COLUMNS.includes(name.toLowerCase()))
  const first = at < 0 ? '' : (cellsOf(row)[at] ?? '')
  return first !== '' && (isSignalName(first) || locate(dirname(path), first, path) !== undefined)
}

interface PlaceColumns {
  unit: 'seconds' | 'samples'
  from: number
  to: number
  at: number
}

function placeColumns({ path }: TextTable, column: (names: readonly string[]) => number): PlaceColumns | undefined {
  for (const unit of ['seconds', 'samples'] as const) {
    const { from, to, at } = PLACES[unit]
    const found = { unit, from: column(from), to: column(to), at: column(at) }
    if (found.from >= 0 && found.to >= 0) return found
    if (found.from >= 0 || found.to >= 0)
      throw new InklingError(
        `${path} has a column "${(found.from >= 0 ? from : to)[0]}" and no "${(found.from >= 0 ? to : from)[0]}"`,
      )
    if (found.at >= 0) return found
  }
  return undefined
}

const noPlaces = ({ path, header }: TextTable) =>
  new InklingError(`${path} does not say where its labels lie; it has ${header.slice(0, 10).join(', ')}`, {
    hint: 'Expected columns: start,end,label (seconds), start_sample,end_sample,label (samples), or at,label (moments).',
  })

function labelColumn(table: TextTable, wanted: string | undefined, placed: boolean): number {
  if (wanted !== undefined) return columnAt(table, wanted, '--label')
  const at = table.header.findIndex(name => ['label', 'class', 'category', 'target'].includes(name.toLowerCase()))
  if (at < 0 && !placed)
    throw new InklingError(`${table.path} has no column "label"`, {
      exitCode: 2,
      hint: `Name the one that is meant with --label. It has ${table.header.join(', ')}.`,
    })
  return at
}

interface FileSearch {
  listing: SignalListing
  ids: Map<string, number>
  several: boolean
  where: string
  labelFile: string
}

/** Number of a file that a row names; undefined where it is not there (noted) or is another signal's. */
function fileOf(name: string, { listing, ids, several, where, labelFile }: FileSearch): number | undefined {
  const known = ids.get(name)
  if (known !== undefined) return known
  const plain = name.replaceAll('\\', '/').replace(/^\.\//, '')
  if (plain === '') throw new InklingError(`${where}: the file name is missing`)
  if (!several) return basename(plain) === listing.files[0].name ? 0 : undefined
  const path =
    plain.startsWith('/') || plain.split('/').includes('..') ? undefined : locate(listing.root, plain, labelFile)
  if (path === undefined) {
    if (!listing.missing.includes(name)) listing.missing.push(name)
    return undefined
  }
  const id = listing.files.push({ path, name: plain }) - 1
  ids.set(name, id)
  return id
}

function locate(root: string, name: string, labelFile: string): string | undefined {
  for (const folder of [root, dirname(labelFile)])
    for (const ending of ['', '.csv', '.wav']) {
      const path = join(folder, name + ending)
      if (isSignalName(path) && existsSync(path)) return path
    }
  return undefined
}

function spanOf(cells: readonly string[], { unit, from, to, at }: PlaceColumns, where: string): Stretch['span'] {
  const number = (column: number) => {
    const value = numberIn(cells[column])
    if (Number.isNaN(value)) throw new InklingError(`${where}: "${cells[column]}" is no number of ${unit}`)
    return value
  }
  if (from < 0) return { unit, at: number(at) }
  const span = { unit, from: number(from), to: number(to) }
  if (span.to > span.from) return span
  throw new InklingError(`${where}: the stretch ends at ${span.to}, before it begins at ${span.from}`)
}

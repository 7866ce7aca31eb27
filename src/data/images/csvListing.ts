import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InklingError } from '../../errors.ts'
import { cellsOf, headOf } from '../csvHead.ts'
import { type CsvRow, rowsOf } from '../csvRows.ts'
import { fileError } from '../files.ts'
import { PART_COLUMNS, type Part, partOf } from '../parts.ts'
import { isPictureName, naturalOrder } from '../pictures/files.ts'
import type { ImageListing, ListedImage } from './types.ts'

const FILE_COLUMNS = [
  'file',
  'filename',
  'file_name',
  'image',
  'image_path',
  'path',
  'filepath',
  'picture',
  'img',
  'id',
]
const LABEL_COLUMNS = ['label', 'class', 'category', 'target', 'y', 'class_name', 'label_name']
const ENDINGS = ['', '.jpg', '.jpeg', '.png', '.webp']

/**
 * Lists the pictures that a CSV file names: a column of file names (below the CSV's folder, or in it below `images/` or
 * below `train/` for train.csv; the ending may be missing), a column of labels, and perhaps one that says train, val or test. The columns are told by
 * their headers, or by their place where there is no header.
 */
export function listFromCsv(path: string): ImageListing {
  const rows = readRows(path)
  const header = rows[0].cells.map(cell => cell.toLowerCase())
  const column = (names: readonly string[]) => header.findIndex(cell => names.includes(cell))
  let [file, label] = [column(FILE_COLUMNS), column(LABEL_COLUMNS)]
  const part = column(PART_COLUMNS)
  const named = file >= 0 && label >= 0
  if (!named) {
    if (header.length !== 2 || !isPictureName(header[0])) {
      throw new InklingError(`${path} does not say which column names the file and which the label`, {
        hint: `Give it a header such as "file,label"; found "${rows[0].cells.join(',').slice(0, 60)}".`,
      })
    }
    ;[file, label] = [0, 1]
  }
  const root = dirname(path)
  const found: { name: string; label: string; part: Part | undefined }[] = []
  const missing: string[] = []
  for (const { cells, line } of named ? rows.slice(1) : rows) {
    const [name, text] = [cells[file], cells[label]]
    if (!name || !text) {
      throw new InklingError(`${path}, line ${line}: the ${name ? 'label' : 'file name'} is missing`)
    }
    const at = locate(root, name, basename(path).replace(/\.csv$/i, ''))
    if (at === undefined) missing.push(name)
    else
      found.push({ name: at, label: text, part: part >= 0 ? partOf(cells[part], `${path}, line ${line}`) : undefined })
  }
  if (found.length === 0) {
    throw new InklingError(`none of the ${missing.length} files that ${path} names is there: ${missing[0]}`, {
      hint: 'They are looked for beside the CSV file and in a folder "images" there. For a table without pictures: inkling train PATH --label NAME.',
    })
  }
  const classes = [...new Set(found.map(row => row.label))].sort(naturalOrder)
  if (classes.length < 2) {
    throw new InklingError(`${path} has one label only: ${classes[0]}`, { hint: 'At least two classes are needed.' })
  }
  const ids = new Map(classes.map((name, id) => [name, id]))
  const images = found.map(
    (row): ListedImage => ({
      path: join(root, row.name),
      name: row.name,
      label: ids.get(row.label) as number,
      part: row.part,
    }),
  )
  return { root, layout: 'csv', classes, images, missing }
}

/** True for a CSV file whose first line tells that it lists pictures, not pixels. */
export function namesPictures(path: string): boolean {
  const cells = cellsOf(headOf(path)[0]).map(cell => cell.toLowerCase())
  const has = (names: readonly string[]) => cells.some(cell => names.includes(cell))
  return (has(FILE_COLUMNS) && has(LABEL_COLUMNS)) || (cells.length === 2 && isPictureName(cells[0]))
}

function readRows(path: string): CsvRow[] {
  try {
    return rowsOf(readFileSync(path), path)
  } catch (error) {
    throw fileError(error, path)
  }
}

/** The file's path below `root`, or undefined. A name that leads out of the folder is not followed. */
function locate(root: string, name: string, list: string): string | undefined {
  const plain = name.replaceAll('\\', '/').replace(/^\.\//, '')
  if (plain.startsWith('/') || plain.split('/').includes('..')) return undefined
  for (const folder of ['', 'images/', `${list}/`]) {
    for (const ending of ENDINGS) {
      if (existsSync(join(root, folder + plain + ending))) return folder + plain + ending
    }
  }
  return undefined
}

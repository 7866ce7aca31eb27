import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InklingError } from '../errors.ts'
import { readKaggleCsv } from './datasets/kaggle.ts'
import { DIGITS, MNIST_FILES, mnistInfo } from './datasets/mnist.ts'
import { isCsv, readDataFile } from './files.ts'
import { idxDataset } from './formats/idx.ts'
import { decodeText } from './formats/text.ts'
import { namesPictures } from './images/csvListing.ts'
import type { LoadedDataset, LoadedFile, LoadedParts, LoadOptions } from './loaded.ts'
import { findFile } from './roots.ts'
import type { SignalOptions } from './signals/types.ts'

/** Loads data that somebody names by its path: a folder with IDX files, pictures or signals, or a file. */
export async function loadPath(
  path: string,
  { images, table, asksLabel, signals }: Pick<LoadOptions, 'images' | 'table' | 'asksLabel' | 'signals'> = {},
): Promise<LoadedDataset> {
  if (table) return await (await import('./table/table.ts')).loadTable(path, table)
  if (await isSignalSet(path, signals)) return await (await import('./signals/signals.ts')).loadSignals(path, signals)
  if (asksForSignals(signals))
    throw new InklingError(
      `${path} is no folder of signals (.wav, .csv): --label, --group, --window and the like do not apply`,
      {
        exitCode: 2,
        hint: 'For one long signal name a label file with --labels.',
      },
    )
  if (isPictureSet(path)) return await (await import('./images/imageFolder.ts')).imageFolder(path, images)
  const name = basename(path)
  const files: LoadedFile[] = []
  const read = statSync(path).isDirectory() ? loadFolder : loadFile
  const parts = await read(path, name, files, asksLabel)
  return { name, ...parts, source: path, files, drawn: false }
}

/** True for settings that signals alone have. */
export function asksForSignals({ seed, testShare, known, ...asked }: SignalOptions = {}): boolean {
  return Object.values(asked).some(value => value !== undefined)
}

/** True for a folder of recordings, and for anything with a label file. */
async function isSignalSet(path: string, signals: SignalOptions | undefined): Promise<boolean> {
  if (signals?.labels !== undefined) return true
  if (!statSync(path).isDirectory()) return /\.wave?(\.gz|\.br)?$/i.test(path)
  if (Object.values(MNIST_FILES).some(name => findFile(path, [name]))) return false
  return (await import('./signals/listing.ts')).holdsSignals(path)
}

/** True for a folder with folders (that are no IDX data), and for a CSV of file names and labels, alone or in a folder. */
function isPictureSet(path: string): boolean {
  if (!statSync(path).isDirectory()) return /\.csv$/i.test(path) && namesPictures(path)
  if (Object.values(MNIST_FILES).some(name => findFile(path, [name]))) return false
  const entries = readdirSync(path, { withFileTypes: true })
  const csv = entries.filter(entry => /\.csv$/i.test(entry.name))
  if (csv.length > 0) return csv.some(entry => namesPictures(join(path, entry.name)))
  return entries.some(entry => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
}

async function loadFile(path: string, name: string, files: LoadedFile[], asksLabel = false): Promise<LoadedParts> {
  if (!isCsv(path)) {
    throw new InklingError(`${path} is no data set: expected a .csv file (or .csv.gz, .csv.br) or a folder`, {
      hint: /idx\d-ubyte/.test(name) ? 'IDX files are read together: name their folder.' : undefined,
    })
  }
  await refuseGeneralTable(path, asksLabel)
  const { dataset, sha256 } = await readKaggleCsv(path, { name, classes: 'found' })
  files.push({ path: name, sha256 })
  const letters = dataset.classes.length > 10 && dataset.classes[0] === 'A'
  return { train: dataset, notes: letters ? ['the labels 0 to 25 are read as the letters A to Z'] : undefined }
}

/** A table that is no pixels needs to be told which column is the label. */
async function refuseGeneralTable(path: string, asksLabel: boolean): Promise<void> {
  const { isGeneralTable } = await import('./table/table.ts')
  if (!isGeneralTable(path)) return
  const { header } = await (await import('./table/readTable.ts')).readTable(path)
  const columns = `It has ${header.slice(0, 20).join(', ')}${header.length > 20 ? ', ...' : ''}.`
  if (asksLabel)
    throw new InklingError(`which column of ${path} is the label? Say so with --label NAME`, {
      exitCode: 2,
      hint: columns,
    })
  throw new InklingError(`${path} is a table; what was asked for is for pictures and signals`, {
    exitCode: 2,
    hint: `A table is learned by: inkling train ${path} --label NAME. ${columns}`,
  })
}

/** IDX files of MNIST's names; `classes.txt` beside them names the classes, else they are the digits. */
async function loadFolder(folder: string, name: string, files: LoadedFile[], asksLabel = false): Promise<LoadedParts> {
  const find = (file: string) =>
    findFile(folder, [file, ...(mnistInfo.files.find(f => f.name === file)?.alsoNamed ?? [])])
  const read = async (file: string) => {
    const path = find(file)
    if (!path) throw new InklingError(`${folder} has no ${file} (nor .gz, .br)`)
    const { bytes, sha256 } = await readDataFile(path)
    files.push({ path: basename(path), sha256 })
    return { bytes, source: path }
  }
  if (!Object.values(MNIST_FILES).some(find)) {
    const csv = findFile(folder, ['train.csv'])
    if (csv) return await loadFile(csv, basename(csv), files, asksLabel)
    throw new InklingError(
      `${folder} holds no data set: no folders with pictures, and no ${MNIST_FILES.trainImages} (nor .gz, .br)`,
      { hint: 'A data folder has a folder of pictures for each class, or the four IDX files of MNIST’s names.' },
    )
  }
  const classes = classNames(folder)
  const train = idxDataset(
    `${name}/train`,
    await read(MNIST_FILES.trainImages),
    await read(MNIST_FILES.trainLabels),
    classes,
  )
  if (!find(MNIST_FILES.testImages) && !find(MNIST_FILES.testLabels)) return { train }
  const test = idxDataset(
    `${name}/test`,
    await read(MNIST_FILES.testImages),
    await read(MNIST_FILES.testLabels),
    classes,
  )
  return { train, test }
}

function classNames(folder: string): readonly string[] {
  const path = join(folder, 'classes.txt')
  if (!existsSync(path)) return DIGITS
  const names = decodeText(readFileSync(path), path)
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (names.length < 2) throw new InklingError(`${path} names ${names.length} classes; at least two are needed`)
  return names
}

import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { InklingError } from '../errors.ts'
import { readKaggleCsv } from './datasets/kaggle.ts'
import { DIGITS, MNIST_FILES, mnistInfo } from './datasets/mnist.ts'
import type { DatasetInfo, LoadedParts } from './datasets/types.ts'
import { fileError, readDataFile } from './files.ts'
import { idxDataset } from './formats/idx.ts'
import type { MitdbOptions } from './heartbeats/mitdb.ts'
import { datasetInfo, listDatasets } from './registry.ts'
import { type DataRoot, dataRoots, findFile } from './roots.ts'

/** Settings of {@link loadDataset}. */
export interface LoadOptions {
  /** Looked in first, before $INKLING_DATA and the user's cache. */
  dataDir?: string
  /** How many drawn digits to make, and their seed; for the set `drawn` only. */
  drawn?: { train?: number; test?: number; seed?: number }
  /** How heartbeats become examples; for the set `mitdb` only. */
  mitdb?: MitdbOptions
}

/** A file that was read, for the record of a run. */
export interface LoadedFile {
  /** Base name: records must not depend on where somebody keeps the data. */
  path: string
  /** SHA-256 of the unpacked bytes. */
  sha256: string
  /** True: the canonical file; false: another one; undefined: there is nothing to compare with. */
  canonical?: boolean
}

/** A data set in memory. */
export interface LoadedDataset extends LoadedParts {
  /** Its name in the registry, or the base name of its path. */
  name: string
  /** For people: where it came from. */
  source: string
  files: LoadedFile[]
  /** True for the built-in drawn digits: no real data. */
  drawn: boolean
}

/** Where a data set lies. */
export interface DatasetLocation {
  folder: string
  root: DataRoot
  /** Path of each file found, by the file's canonical name. */
  paths: Map<string, string>
}

/** Looks for a data set; undefined when no data root has all its needed files. */
export function findDataset(name: string, options: LoadOptions = {}): DatasetLocation | undefined {
  const info = datasetInfo(name)
  return info.builtIn ? undefined : locate(info, options.dataDir).found
}

/**
 * Loads a data set by name (`mnist`) or by path: a folder with IDX files of the usual names, or a Kaggle digit CSV.
 * Nothing is fetched. An unknown name is a usage error (exit code 2); missing or broken files are failures (1).
 */
export async function loadDataset(nameOrPath: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  if (listDatasets().some(d => d.name === nameOrPath.toLowerCase())) {
    return await loadKnown(datasetInfo(nameOrPath), options)
  }
  if (existsSync(nameOrPath)) return await loadPath(resolve(nameOrPath))
  if (/[\\/]|\.\w+$|^[.~]/.test(nameOrPath)) throw fileError({ code: 'ENOENT' }, nameOrPath)
  datasetInfo(nameOrPath) // throws with the nearest name
  throw new Error('unreachable')
}

async function loadKnown(info: DatasetInfo, options: LoadOptions): Promise<LoadedDataset> {
  if (!info.load) {
    throw new InklingError(`"${info.name}" is known, but this version cannot read it yet`, { exitCode: 2 })
  }
  const drawn = { train: 20_000, test: 4_000, seed: 0, ...options.drawn }
  if (info.builtIn) {
    const parts = await info.load({ folder: '', find: () => undefined, read: cannotRead, note() {}, drawn })
    return { name: info.name, ...parts, source: info.description, files: [], drawn: true }
  }
  const { found, partly } = locate(info, options.dataDir)
  if (!found) throw notFound(info, options.dataDir, partly)
  const files: LoadedFile[] = []
  const note = (path: string, sha256: string) => {
    const file = info.files.find(f => found.paths.get(f.name) === path)
    files.push({ path: basename(path), sha256, canonical: file?.sha256 ? file.sha256 === sha256 : undefined })
  }
  const parts = await info.load({
    folder: found.folder,
    find: name => found.paths.get(name),
    async read(name) {
      const path = found.paths.get(name) as string
      const { bytes, sha256 } = await readDataFile(path)
      note(path, sha256)
      return { bytes, source: path }
    },
    note,
    drawn,
    mitdb: options.mitdb,
  })
  return { name: info.name, ...parts, source: `${found.folder} (${found.root.from})`, files, drawn: false }
}

async function loadPath(path: string): Promise<LoadedDataset> {
  const name = basename(path)
  const files: LoadedFile[] = []
  const parts = statSync(path).isDirectory() ? await loadFolder(path, name, files) : await loadFile(path, name, files)
  return { name, ...parts, source: path, files, drawn: false }
}

async function loadFile(path: string, name: string, files: LoadedFile[]): Promise<LoadedParts> {
  if (!/\.csv(\.gz|\.br)?$/i.test(path)) {
    throw new InklingError(`${path} is no data set: expected a .csv file (or .csv.gz, .csv.br) or a folder`, {
      hint: /idx\d-ubyte/.test(name) ? 'IDX files are read together: name their folder.' : undefined,
    })
  }
  const { dataset, sha256 } = await readKaggleCsv(path, { name })
  files.push({ path: name, sha256 })
  return { train: dataset }
}

/** IDX files of MNIST's names; `classes.txt` beside them names the classes, else they are the digits. */
async function loadFolder(folder: string, name: string, files: LoadedFile[]): Promise<LoadedParts> {
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
    if (csv) return await loadFile(csv, basename(csv), files)
    throw new InklingError(`${folder} holds no data set: no ${MNIST_FILES.trainImages} (nor .gz, .br)`, {
      hint: 'A data folder holds the four IDX files of MNIST’s names; a CSV file is named by its own path.',
    })
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
  const names = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (names.length < 2) throw new InklingError(`${path} names ${names.length} classes; at least two are needed`)
  return names
}

interface Located {
  found?: DatasetLocation
  /** The most complete folder that lacks something. */
  partly?: { folder: string; missing: string[] }
}

function locate(info: DatasetInfo, dataDir: string | undefined): Located {
  let partly: Located['partly']
  for (const root of dataRoots(dataDir)) {
    // Somebody may point --data-dir straight at the folder with the files.
    const folders = root.from === '--data-dir' ? [...info.folders, '.'] : info.folders
    for (const folder of folders.map(f => join(root.path, f))) {
      if (!existsSync(folder)) continue
      const paths = new Map<string, string>()
      const missing: string[] = []
      for (const file of info.files) {
        const path = findFile(folder, [file.name, ...(file.alsoNamed ?? [])])
        if (path) paths.set(file.name, path)
        else if (!file.optional) missing.push(file.name)
      }
      if (paths.size > 0 && missing.length === 0) return { found: { folder, root, paths } }
      if (paths.size > 0 && (!partly || missing.length < partly.missing.length)) partly = { folder, missing }
    }
  }
  return { partly }
}

function notFound(info: DatasetInfo, dataDir: string | undefined, partly: Located['partly']): InklingError {
  const hint =
    info.howToGet ?? `Run \`inkling data fetch ${info.name}\`, name its folder with --data-dir, or use --data drawn.`
  if (partly) {
    const list = partly.missing.slice(0, 3).join(', ') + (partly.missing.length > 3 ? ', ...' : '')
    return new InklingError(`${partly.folder} lacks ${partly.missing.length} of the files of ${info.name}: ${list}`, {
      hint,
    })
  }
  const looked = dataRoots(dataDir).map(root => join(root.path, info.folders[0]))
  return new InklingError(`${info.name} was not found (looked in ${looked.join(', ')})`, { hint })
}

async function cannotRead(): Promise<never> {
  throw new Error('a built-in data set has no files')
}

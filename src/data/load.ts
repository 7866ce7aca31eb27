import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { InklingError } from '../errors.ts'
import type { DataFile, DatasetInfo, LoadContext } from './datasets/types.ts'
import { fileError, isCsv, readDataFile } from './files.ts'
import type { LoadedDataset, LoadedFile, LoadOptions } from './loaded.ts'
import { asksForSignals, loadPath } from './loadPath.ts'
import { STAND_INS } from './made.ts'
import { canFetch, datasetInfo, listDatasets } from './registry.ts'
import { type DataRoot, dataRoots, findFile } from './roots.ts'

/** Where a data set lies. */
export interface DatasetLocation {
  folder: string
  root: DataRoot
  /** Path of each file found, by the file's canonical name. */
  paths: Map<string, string>
}

/**
 * Looks for a data set; undefined when no data root has all its needed files. A set made of others is where the first of
 * them is, when all are there.
 */
export function findDataset(name: string, options: LoadOptions = {}): DatasetLocation | undefined {
  const info = datasetInfo(name)
  if (info.combines) {
    const places = info.combines.map(member => findDataset(member, options))
    return places.every(place => place !== undefined) ? { ...places[0], paths: new Map() } : undefined
  }
  return info.builtIn ? undefined : locate(info, options.dataDir).found
}

/** The files of a set that are here though others of it are missing: its most complete folder; undefined where it is whole. */
export function findPartly(
  name: string,
  options: LoadOptions = {},
): (Pick<DatasetLocation, 'folder' | 'paths'> & { missing: string[] }) | undefined {
  const info = datasetInfo(name)
  return info.builtIn || info.combines ? undefined : locate(info, options.dataDir).partly
}

/**
 * Loads a data set by name (`mnist`) or by path: a folder with IDX files of the usual names or with a folder of pictures
 * for each class, a Kaggle digit CSV, a CSV of picture files and labels, any CSV whose label column `options.table` names, a
 * folder of recordings for each class, or recordings with a label file.
 * Nothing is fetched. An unknown name is a usage error (exit code 2); missing or broken files are failures (1).
 */
export async function loadDataset(nameOrPath: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  const known = listDatasets().some(d => d.name === nameOrPath.toLowerCase())
  if (options.table && (known || (existsSync(nameOrPath) && !isCsv(nameOrPath)))) {
    throw new InklingError(`a label column (--label) is for a CSV file, ${nameOrPath} is none`, { exitCode: 2 })
  }
  if (known && asksForSignals(options.signals))
    throw new InklingError(`${nameOrPath} is no folder of signals: --labels, --window and the like do not apply`, {
      exitCode: 2,
    })
  if (known) return await loadKnown(datasetInfo(nameOrPath), options)
  if (existsSync(nameOrPath)) return await loadPath(resolve(nameOrPath), options)
  if (/[\\/]|\.\w+$|^[.~]/.test(nameOrPath)) throw fileError({ code: 'ENOENT' }, nameOrPath)
  datasetInfo(nameOrPath) // throws with the nearest name
  throw new Error('unreachable')
}

async function loadKnown(info: DatasetInfo, options: LoadOptions): Promise<LoadedDataset> {
  if (!info.load) {
    throw new InklingError(`"${info.name}" is known, but this version cannot read it yet`, { exitCode: 2 })
  }
  const files: LoadedFile[] = []
  // What it is made of is looked for first: nothing is read when something is missing.
  checkMembers(info, options)
  const members = new Map((info.combines ?? []).map(name => [name, contextOf(datasetInfo(name), options, files)]))
  const { context, location } = contextOf(info, options, files, members)
  const parts = await context.load()
  const places = location ? [location] : [...members.values()].flatMap(m => m.location ?? [])
  const source = places.map(({ folder, root }) => `${folder} (${root.from})`).join(', ') || info.description
  const notes = [...(parts.notes ?? []), ...changedFiles(info, files)]
  return {
    name: info.name,
    ...parts,
    source,
    files,
    drawn: info.builtIn === true,
    notes: notes.length > 0 ? notes : undefined,
  }
}

/** Files of a set that are whole and readable and yet not what everybody else has under its name. */
function changedFiles({ name }: DatasetInfo, files: readonly LoadedFile[]): string[] {
  const changed = files.filter(file => file.canonical === false).map(file => file.path)
  if (changed.length === 0) return []
  const list = changed.slice(0, 3).join(', ') + (changed.length > 3 ? `, ... (${changed.length} files)` : '')
  return [
    `warning: not the original content (SHA-256 or size): ${list}; figures are not comparable with those of others on ${name}`,
  ]
}

/** Whether a file is what everybody else has; undefined where nothing tells, as the right size alone does not. */
function isCanonical(file: DataFile, sha256: string, bytes: number | undefined): boolean | undefined {
  if (file.sha256) return file.sha256 === sha256
  return bytes !== undefined && file.bytes !== undefined && file.bytes !== bytes ? false : undefined
}

/** What a set's `load` gets, with its files found. */
function contextOf(
  info: DatasetInfo,
  options: LoadOptions,
  files: LoadedFile[],
  members: ReadonlyMap<string, { context: LoadContext }> = new Map(),
): { context: LoadContext; location?: DatasetLocation } {
  const { found, partly } = info.builtIn || info.combines ? {} : locate(info, options.dataDir)
  if (!found && !info.builtIn && !info.combines) throw notFound(info, options.dataDir, partly)
  const note = (path: string, sha256: string, bytes?: number) => {
    const file = info.files.find(f => found?.paths.get(f.name) === path)
    files.push({ path: basename(path), sha256, canonical: file && isCanonical(file, sha256, bytes) })
  }
  const context: LoadContext = {
    folder: found?.folder ?? '',
    find: name => found?.paths.get(name),
    async read(name) {
      const path = found?.paths.get(name)
      // A file of the set may name others of it, so this may be said of a damaged one.
      if (!path) throw new InklingError(`${info.name} has no file ${name}`, { hint: 'Fetch the set again.' })
      const { bytes, sha256 } = await readDataFile(path, { fetched: canFetch(info) })
      note(path, sha256, bytes.length)
      return { bytes, source: path }
    },
    note,
    drawn: { train: 20_000, test: 4_000, seed: 0, ...options.drawn },
    mitdb: options.mitdb,
    glyphs: options.glyphs,
    part(name) {
      const member = members.get(name)
      if (!member) throw new Error(`${info.name} is not made of ${name}`)
      return member.context
    },
    load: () => (info.load as NonNullable<DatasetInfo['load']>)(context),
  }
  return { context, location: found }
}

interface Located {
  found?: DatasetLocation
  /** The most complete folder that lacks something. */
  partly?: { folder: string; paths: Map<string, string>; missing: string[] }
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
      if (paths.size > 0 && (!partly || missing.length < partly.missing.length)) partly = { folder, paths, missing }
    }
    // Who names the folder of a set wants that one: another in its place would go unnoticed.
    if (root.from === '--data-dir' && partly) break
  }
  return { partly }
}

function notFound(info: DatasetInfo, dataDir: string | undefined, partly: Located['partly']): InklingError {
  const hint = [howToGet(info, dataDir), whereItGoes(info, partly !== undefined), standIn(info)]
    .filter(Boolean)
    .join(' ')
  if (partly) {
    const list = partly.missing.slice(0, 3).join(', ') + (partly.missing.length > 3 ? ', ...' : '')
    return new InklingError(`${partly.folder} lacks ${partly.missing.length} of the files of ${info.name}: ${list}`, {
      hint,
    })
  }
  const looked = dataRoots(dataDir).map(root => join(root.path, info.folders[0]))
  return new InklingError(`${info.name} was not found (looked in ${looked.join(', ')})`, { hint })
}

/**
 * Of a set that is made of others all that are missing are told at once, and what stands in for the whole; but first one
 * that is here in part.
 */
function checkMembers(info: DatasetInfo, { dataDir }: LoadOptions): void {
  const members = (info.combines ?? []).map(datasetInfo)
  const missing = members.filter(member => !member.builtIn && !locate(member, dataDir).found)
  if (missing.length === 0) return
  for (const member of missing) {
    const { partly } = locate(member, dataDir)
    if (partly) throw notFound(member, dataDir, partly)
  }
  const names = (list: readonly DatasetInfo[]) => list.map(({ name }) => name).join(' and ')
  const looked = dataRoots(dataDir).map(root => root.path)
  const are = missing.length > 1 ? 'were' : 'was'
  throw new InklingError(
    `${info.name} is made of ${names(members)}: ${names(missing)} ${are} not found (looked in ${looked.join(', ')})`,
    {
      hint: [...missing.map(info => howToGet(info, dataDir)), whereItGoes(info, false), standIn(info)]
        .filter(Boolean)
        .join(' '),
    },
  )
}

const howToGet = (info: DatasetInfo, dataDir: string | undefined) =>
  info.howToGet ?? `Run \`inkling data fetch ${info.name}${dataDir ? ` --data-dir ${quoted(dataDir)}` : ''}\`.`

/** A path as a shell takes it. */
const quoted = (path: string) => (/\s/.test(path) ? `"${path}"` : path)

/** Somebody may have it elsewhere already. */
const whereItGoes = (info: DatasetInfo, partly: boolean) =>
  partly && info.howToGet === undefined ? '' : 'The folder with the data is named with --data-dir or INKLING_DATA.'

function standIn({ name }: DatasetInfo): string {
  const own = STAND_INS[name]
  return own ? `Built in, in its form: --data ${own}.` : ''
}

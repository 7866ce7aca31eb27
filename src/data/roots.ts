import { existsSync, opendirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { InklingError } from '../errors.ts'
import { fileError, PACKED_ENDINGS } from './files.ts'

/** A folder in which data sets are looked for. */
export interface DataRoot {
  path: string
  /** What named it. */
  from: '--data-dir' | 'INKLING_DATA' | 'cache'
}

/** The environment as these functions read it; a parameter, so that tests can make one up. */
export interface RootEnvironment {
  env?: Record<string, string | undefined>
  platform?: string
  home?: string
}

/** Where fetched data is kept: the operating system's cache folder of the user. */
export function cacheDir(environment: RootEnvironment = {}): string {
  const { env = process.env, platform = process.platform, home = homedir() } = environment
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'inkling', 'data')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'inkling', 'data')
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'inkling', 'data')
}

/**
 * The folders in which data is looked for, in order: `dataDir` (`--data-dir`), `$INKLING_DATA`, the user's cache.
 * A `dataDir` that is no folder is an error; the other two may be absent.
 */
export function dataRoots(dataDir?: string, environment: RootEnvironment = {}): DataRoot[] {
  const env = environment.env ?? process.env
  const roots: DataRoot[] = []
  if (dataDir) {
    const path = resolve(dataDir)
    if (!existsSync(path)) {
      throw new InklingError(`the data folder ${path} does not exist`, { hint: 'Check --data-dir.' })
    }
    if (!statSync(path).isDirectory()) throw new InklingError(`${path} is a file; --data-dir names a folder`)
    mustBeReadable(path)
    roots.push({ path, from: '--data-dir' })
  }
  if (env.INKLING_DATA) roots.push({ path: resolve(env.INKLING_DATA), from: 'INKLING_DATA' })
  roots.push({ path: cacheDir(environment), from: 'cache' })
  return roots
}

/** The first of `names` that lies in `folder`, plain or packed: its path, or undefined. Throws when it is unreadable. */
export function findFile(folder: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const ending of ['', ...PACKED_ENDINGS]) {
      const path = join(folder, name + ending)
      if (existsSync(path)) return path
    }
  }
  if (existsSync(folder)) mustBeReadable(folder)
  return undefined
}

/** Every file in a locked folder seems to be missing: better to say that it is locked. */
function mustBeReadable(folder: string): void {
  try {
    opendirSync(folder).closeSync()
  } catch (error) {
    throw fileError(error, folder)
  }
}

import type { MitdbOptions } from '../heartbeats/mitdb.ts'
import type { LoadedParts } from '../loaded.ts'
import type { GlyphOptions } from './glyphOptions.ts'

/** One file of a data set, by its unpacked name; on disk it may also end in .gz or .br. */
export interface DataFile {
  name: string
  /** Other names under which people have it. */
  alsoNamed?: readonly string[]
  /** Size of the unpacked file in bytes. */
  bytes?: number
  /** Of the unpacked file. */
  md5?: string
  /** Of the unpacked file. */
  sha256?: string
  /** Addresses of the file (packed or not), the preferred one first. */
  urls?: readonly string[]
  /** The data set is usable without it. */
  optional?: boolean
}

/** A .tar.gz that holds the files of a data set. */
export interface DataArchive {
  urls: readonly string[]
}

/** What is known of a data set, and how to read it. */
export interface DatasetInfo {
  name: string
  title: string
  /** One sentence. */
  description: string
  task: 'pictures' | 'heartbeats'
  /** Its folder below a data root, and other folders where it may be found. */
  folders: readonly string[]
  /** Shape of one example. */
  shape: readonly number[]
  classes: readonly string[]
  /** Numbers of examples. */
  examples: { train: number; test?: number; unlabelled?: number }
  /** The canonical web page. */
  address: string
  licence: string
  citation: string
  files: readonly DataFile[]
  archive?: DataArchive
  /** How to get it by hand, for sets that cannot be fetched without an account. */
  howToGet?: string
  /** Made by the program itself: nothing to find or fetch. */
  builtIn?: boolean
  /** Of a built-in set: what must stand beside every figure on it. */
  made?: string
  /** Made of other sets, by their names. */
  combines?: readonly string[]
  /** Reads the set; absent where the program cannot read it yet. */
  load?(context: LoadContext): Promise<LoadedParts>
  /** What `data info` tells besides, from the files at hand. */
  describe?(context: Pick<LoadContext, 'read'>): Promise<Record<string, unknown>>
}

/** What a set's `load` gets. */
export interface LoadContext {
  /** The folder in which the set was found. */
  folder: string
  /** Path of a file of the set, or undefined where an optional one is absent. */
  find(name: string): string | undefined
  /** Reads a file of the set whole, notes its hash, and returns its unpacked bytes and its path for errors. */
  read(name: string): Promise<{ bytes: Uint8Array; source: string }>
  /** Notes a file that was read piece by piece. */
  note(path: string, sha256: string): void
  /** Settings of what the program makes itself: numbers of pictures, and the seed of all. */
  drawn: { train: number; test: number; seed: number }
  /** How heartbeats become examples. */
  mitdb?: MitdbOptions
  /** How digits and letters are joined. */
  glyphs?: GlyphOptions
  /** The context of a set that this one is made of. */
  part(name: string): LoadContext
  /** Loads the set of this context. */
  load(): Promise<LoadedParts>
}

import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileError } from './files.ts'
import { naturalOrder } from './pictures/files.ts'

/** Folders deeper than this below a class are not looked into: links may go in circles. */
const DEEPEST = 8

/** Wanted files below a folder at any depth, as paths below `root`, in natural order. Links are followed. */
export function filesBelow(root: string, folder: string, wanted: (name: string) => boolean, depth = 0): string[] {
  if (depth > DEEPEST) return []
  const path = join(root, folder)
  const names = filesIn(path).filter(wanted)
  const below = foldersIn(path).flatMap(name => filesBelow(root, `${folder}/${name}`, wanted, depth + 1))
  return [...names.map(name => `${folder}/${name}`), ...below]
}

/** Names of the folders in a folder, in natural order; hidden ones are left out. */
export const foldersIn = (path: string): string[] => entriesOf(path, true)

/** Names of the files in a folder, in natural order; hidden ones are left out. */
export const filesIn = (path: string): string[] => entriesOf(path, false)

function entriesOf(path: string, folders: boolean): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.') && basename(entry.name) !== '__MACOSX')
      .filter(entry => {
        if (!entry.isSymbolicLink()) return entry.isDirectory() === folders
        const target = statSync(join(path, entry.name), { throwIfNoEntry: false })
        return target !== undefined && target.isDirectory() === folders
      })
      .map(entry => entry.name)
      .sort(naturalOrder)
  } catch (error) {
    throw fileError(error, path)
  }
}

import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InklingError } from '../../errors.ts'
import { fileError } from '../files.ts'
import { filesBelow, filesIn, foldersIn } from '../folders.ts'
import { partNamed } from '../parts.ts'
import { isPictureName } from '../pictures/files.ts'
import { type GroupPattern, groupPattern, isGroupPattern } from './groupPattern.ts'
import { listFromLabels, listsSignals } from './labelFile.ts'
import { isSignalName } from './readSignal.ts'
import type { SignalListing, SignalOptions, Stretch } from './types.ts'

type ListingOptions = Pick<SignalOptions, 'labels' | 'label' | 'rest' | 'group'>

/**
 * Lists the signals of a path: a folder with a folder of files per class (files may lie deeper), `train/`, `val/` and
 * `test/` with such folders, a folder with a label file in it, or anything with the label file that the options name.
 */
export async function listSignals(path: string, options: ListingOptions = {}): Promise<SignalListing> {
  const isFolder = isDirectory(path)
  const labels = options.labels === undefined ? isFolder && labelFileIn(path) : resolve(options.labels)
  if (labels) return await listFromLabels(path, labels, options)
  if (!isFolder)
    throw new InklingError(`${path} is one signal: which stretch of it is what?`, {
      exitCode: 2,
      hint: 'Name a CSV file that says so (start,end,label) with --labels.',
    })
  for (const name of ['label', 'rest'] as const)
    if (options[name] !== undefined)
      throw new InklingError(`--${name} is for a label file, and ${path} has folders for classes`, { exitCode: 2 })
  const listing = listFolders(path, options.group === undefined ? undefined : patternOf(options.group))
  const classes = new Set(listing.stretches.map(({ label }) => label))
  if (classes.size >= 2) return listing
  throw new InklingError(
    classes.size === 0
      ? `${path} holds no signals (.wav, .csv) in folders`
      : `${path} has signals in one folder only (${[...classes][0]}); classes need a folder each`,
    { hint: 'Make a folder for each class and put its recordings into it, or name a label file with --labels.' },
  )
}

/** True for a folder whose first folder with signals or pictures in it (at any depth) has more signals. */
export function holdsSignals(path: string): boolean {
  if (labelFileIn(path)) return true
  for (const folder of foldersIn(path)) {
    const names = filesBelow(path, folder, name => isSignalName(name) || isPictureName(name))
    if (names.length > 0) return names.filter(isSignalName).length > names.length / 2
  }
  return false
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw fileError(error, path)
  }
}

/** The label file in a folder. */
function labelFileIn(path: string): string | undefined {
  const found = filesIn(path).filter(name => /\.csv$/i.test(name) && listsSignals(join(path, name)))
  if (found.length <= 1) return found[0] && join(path, found[0])
  throw new InklingError(`${path} has ${found.length} label files: ${found.join(', ')}`, {
    exitCode: 2,
    hint: 'Name the one that is meant with --labels.',
  })
}

function patternOf(group: string): GroupPattern {
  if (isGroupPattern(group)) return groupPattern(group)
  throw new InklingError(`--group ${group} names a column of a label file, and there are folders for classes`, {
    exitCode: 2,
    hint: `For folders it is a pattern, such as "{${group}}/*" or "{${group}}-*".`,
  })
}

function listFolders(root: string, pattern: GroupPattern | undefined): SignalListing {
  const folders = foldersIn(root)
  const inParts = folders.some(name => partNamed(name) === 'train')
  const listing: SignalListing = { root, layout: inParts ? 'parts' : 'classes', files: [], stretches: [], missing: [] }
  const add = (within: string, label: string, part: Stretch['part']) => {
    const prefix = within === '' ? '' : `${within}/`
    for (const name of filesBelow(root, prefix + label, isSignalName)) {
      const file = listing.files.push({ path: join(root, name), name }) - 1
      const below = name.slice(prefix.length + label.length + 1)
      const group = pattern?.sourceOf(below)
      if (pattern && group === undefined)
        throw new InklingError(`--group does not fit ${name}: it is held against "${below}"`, { exitCode: 2 })
      listing.stretches.push({ file, label, part, group })
    }
  }
  if (!inParts) for (const label of folders) add('', label, undefined)
  else
    for (const folder of folders) {
      const part = partNamed(folder)
      if (part) for (const label of foldersIn(join(root, folder))) add(folder, label, part)
    }
  return listing
}

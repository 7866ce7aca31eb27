import { statSync } from 'node:fs'
import { join } from 'node:path'
import { InklingError } from '../../errors.ts'
import { fileError } from '../files.ts'
import { filesBelow, filesIn, foldersIn } from '../folders.ts'
import { type Part, partNamed } from '../parts.ts'
import { isPictureName, naturalOrder } from '../pictures/files.ts'
import { listFromCsv, namesPictures } from './csvListing.ts'
import type { ImageListing, ListedImage } from './types.ts'

const ORDER: readonly (Part | undefined)[] = ['train', 'validation', 'test']

/**
 * Lists the pictures of a folder with a folder per class (pictures may lie deeper), of `train/`, `val/` and `test/` with
 * such folders, or of a CSV file (or a folder with one) of file names and labels. Classes are in natural order.
 */
export function listImages(path: string): ImageListing {
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
  } catch (error) {
    throw fileError(error, path)
  }
  if (!isFolder) return listFromCsv(path)
  const lists = filesIn(path).filter(name => /\.csv$/i.test(name) && namesPictures(join(path, name)))
  if (lists.length === 1) return listFromCsv(join(path, lists[0]))
  if (lists.length > 1) {
    throw new InklingError(`${path} has ${lists.length} lists of pictures: ${lists.join(', ')}`, {
      exitCode: 2,
      hint: 'Name the one that is meant.',
    })
  }
  const entries = foldersIn(path)
  const parts = entries.filter(name => partNamed(name))
  if (parts.some(name => partNamed(name) === 'train')) return listParts(path, parts)
  const listing = listClasses(path, entries)
  if (listing.images.length > 0) {
    if (listing.classes.length > 1) return listing
    throw new InklingError(
      `${path} has pictures in one folder only (${listing.classes[0]}); classes need a folder each`,
      {
        hint: 'Make a folder for each class and put its pictures into it.',
      },
    )
  }
  throw new InklingError(`${path} holds no pictures in folders`, {
    hint: 'Expected a folder for each class with its pictures, or train/, val/ and test/ of them, or a CSV of file names and labels.',
  })
}

function listClasses(root: string, folders: readonly string[]): ImageListing {
  const images: ListedImage[] = []
  const classes: string[] = []
  for (const folder of folders) {
    const names = filesBelow(root, folder, isPictureName)
    if (names.length === 0) continue
    const label = classes.push(folder) - 1
    for (const name of names) images.push({ path: join(root, name), name, label, part: undefined })
  }
  return { root, layout: 'classes', classes, images, missing: [] }
}

function listParts(root: string, folders: readonly string[]): ImageListing {
  // Training first: of two copies the one there is named first.
  const inOrder = [...folders].sort((a, b) => ORDER.indexOf(partNamed(a)) - ORDER.indexOf(partNamed(b)))
  const lists = inOrder.map(folder => ({
    folder,
    list: listClasses(join(root, folder), foldersIn(join(root, folder))),
  }))
  const classes = [...new Set(lists.flatMap(({ list }) => list.classes))].sort(naturalOrder)
  const inTraining = new Set(lists.flatMap(({ folder, list }) => (partNamed(folder) === 'train' ? list.classes : [])))
  if (inTraining.size < 2) {
    throw new InklingError(`the training part of ${root} has ${inTraining.size} class folders with pictures`, {
      hint: 'train/ needs a folder for each class, at least two.',
    })
  }
  const unknown = classes.filter(name => !inTraining.has(name))
  if (unknown.length > 0) {
    throw new InklingError(`${root} has classes that training lacks: ${unknown.slice(0, 5).join(', ')}`, {
      hint: 'Every class needs pictures in train/; are the folders named alike?',
    })
  }
  const images = lists.flatMap(({ folder, list }) =>
    list.images.map(image => ({
      ...image,
      name: `${folder}/${image.name}`,
      label: classes.indexOf(list.classes[image.label]),
      part: partNamed(folder),
    })),
  )
  return { root, layout: 'parts', classes, images, missing: [] }
}

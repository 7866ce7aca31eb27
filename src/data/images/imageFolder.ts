import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { InklingError } from '../../errors.ts'
import { classCounts, createDataset, type Dataset, subset } from '../dataset.ts'
import { groupSplit } from '../groups.ts'
import type { LoadedDataset } from '../loaded.ts'
import type { Part } from '../parts.ts'
import { stratifiedSplit } from '../split.ts'
import { clustersOf, type Duplicate, findDuplicates } from './duplicates.ts'
import type { PictureForm } from './fitting.ts'
import { listImages } from './listing.ts'
import { lookAtImages } from './look.ts'
import { type ImageProposal, proposeFor } from './propose.ts'
import type { ImageFolderOptions, ImageReport } from './report.ts'
import { type StoredImages, storeImages } from './storage.ts'
import type { ImageListing } from './types.ts'

/** Looks at a folder of pictures (see `listing.ts` for its forms) and proposes size, model, augmentation and split. */
export async function describeImages(path: string, options: { sample?: number; seed?: number } = {}) {
  const look = await lookAtImages(listImages(path), options)
  return { look, ...proposeFor(look) }
}

/**
 * Loads a folder of pictures: a folder per class, `train/`, `val/`, `test/` of them, or a CSV of names and labels. Every
 * picture is turned as its EXIF note says, fitted to one size, and left out, named and counted when it cannot be read. A
 * folder without parts is split by class, with copies of one picture on one side.
 */
export async function imageFolder(
  path: string,
  options: ImageFolderOptions = {},
): Promise<LoadedDataset & { images: ImageReport }> {
  const root = resolve(path)
  const listing = listImages(root)
  const proposal = proposeFor(await lookAtImages(listing, { seed: options.seed }))
  const form = formOf(options, proposal)
  const stored = await storeImages(listing, form, options)
  const name = basename(root)
  const bad = new Set(stored.unreadable.map(({ index }) => index))
  const readable = listing.images.map((_, i) => !bad.has(i))
  const found = findDuplicates(stored.prints, readable)
  const parts = partsOf(listing, readable, toDataset(name, listing, form, stored, found), proposal, options)
  const { images } = listing
  const report: ImageReport = {
    ...{ layout: listing.layout, form, proposal, missing: listing.missing },
    names: images.map(image => image.name),
    unreadable: stored.unreadable.map(({ index, reason }) => ({ file: images[index].name, reason })),
    duplicates: found.map(({ first, second, kind }) => ({
      ...{ first: images[first].name, second: images[second].name, kind },
      parts: differing(images[first].part, images[second].part),
      sameLabel: images[first].label === images[second].label,
    })),
  }
  const sha256 = createHash('sha256')
    .update(stored.prints)
    .update(Int32Array.from(images, i => i.label))
    .digest('hex')
  return {
    ...{ name, ...parts, source: root, files: [{ path: name, sha256 }], drawn: false },
    notes: [...proposal.reasons, ...warningsOf(proposal, report, stored)],
    images: report,
  }
}

function formOf({ size, channels, fit }: ImageFolderOptions, { form }: ImageProposal): PictureForm {
  const [height, width] = typeof size === 'number' ? [size, size] : (size ?? [form.height, form.width])
  for (const side of [height, width]) {
    if (!(Number.isInteger(side) && side >= 4 && side <= 1024)) {
      throw new InklingError(`pictures cannot be made ${height} x ${width}`, {
        exitCode: 2,
        hint: 'Sides are whole numbers from 4 to 1024.',
      })
    }
  }
  return { height, width, channels: channels ?? form.channels, fit: fit ?? form.fit }
}

function toDataset(
  name: string,
  { classes, images }: ImageListing,
  form: PictureForm,
  { features, rows }: StoredImages,
  duplicates: readonly Duplicate[],
): Dataset {
  const shape = [form.height, form.width, form.channels]
  const labels = images.map(image => image.label)
  const all = createDataset({ name, shape, classes, labels, features, rows })
  if (duplicates.length === 0) return all
  const ids = clustersOf(images.length, duplicates)
  const names = images.map(image => image.name)
  return { ...all, groups: { kind: 'picture', names, ids, together: true } }
}

/** The folder's own parts, or a split by class in which copies of one picture stay on one side. */
function partsOf(
  { images }: ImageListing,
  readable: readonly boolean[],
  all: Dataset,
  { split }: ImageProposal,
  { testShare, seed = 0 }: ImageFolderOptions,
): { train: Dataset; validation?: Dataset; test?: Dataset } {
  const of = (part: Part | undefined) =>
    subset(
      all,
      Array.from(images.keys()).filter(i => readable[i] && (part === undefined || images[i].part === part)),
      `${all.name}/${part ?? 'all'}`,
    )
  if (images.some(image => image.part)) {
    const [train, validation, test] = [of('train'), of('validation'), of('test')]
    if (train.length === 0)
      throw new InklingError(
        images.some(image => image.part === 'train')
          ? `${all.name} has no readable pictures to train on`
          : `no picture of ${all.name} is in the training part`,
        { hint: 'Name it "train" in the list of pictures, or leave the parts out for a split at random.' },
      )
    refuseUntaught(all, train)
    if (test.length > 0) return { train, validation: validation.length > 0 ? validation : undefined, test }
    // ImageNet's manner: train/ and val/ alone. What is judged by must not choose the epoch, so val is the test.
    return { train, test: validation.length > 0 ? validation : undefined }
  }
  const share = testShare ?? (typeof split === 'object' ? split.test : 0.2)
  if (!(share >= 0 && share < 1)) throw new InklingError(`a test part of ${share} is impossible`, { exitCode: 2 })
  const whole = of(undefined)
  if (share === 0) return { train: whole }
  const names = [`${all.name}/train`, `${all.name}/test`]
  const cut = all.groups ? groupSplit : stratifiedSplit
  const [train, test] = cut(whole, [1 - share, share], { seed, names })
  refuseUntaught(all, whole)
  if (train.length === 0 || test.length === 0) {
    throw new InklingError(`${all.name} has ${whole.length} readable pictures: too few to hold out ${100 * share} %`)
  }
  return { train, test }
}

/** Refuses classes of which nothing can be learned: all of their pictures are unreadable, or in other parts. */
function refuseUntaught(all: Dataset, train: Dataset): void {
  const taught = classCounts(train)
  const unknown = all.classes.filter((_, id) => taught[id] === 0)
  if (unknown.length > 0)
    throw new InklingError(
      `${all.name} has classes without a readable picture to train on: ${unknown.slice(0, 5).join(', ')}`,
      {
        hint: 'Every class needs some: are the classes of all parts named alike?',
      },
    )
}

function differing(a: Part | undefined, b: Part | undefined): [Part, Part] | undefined {
  return a && b && a !== b ? [a, b] : undefined
}

function warningsOf(proposal: ImageProposal, report: ImageReport, { file }: StoredImages): string[] {
  // The look saw a sample; what cannot be read is known by now.
  const warnings = proposal.warnings.filter(line => !/cannot be read$/.test(line)).map(line => `warning: ${line}`)
  const { unreadable, missing, duplicates } = report
  if (unreadable.length > 0) {
    const list = unreadable.slice(0, 5).map(({ file: name, reason }) => `${name} (${reason})`)
    warnings.push(
      `warning: ${unreadable.length} pictures cannot be read and are left out: ${list.join('; ')}${unreadable.length > 5 ? '; ...' : ''}`,
    )
  }
  if (missing.length > 0) {
    warnings.push(
      `warning: ${missing.length} files that the list names are not there: ${missing.slice(0, 5).join(', ')}`,
    )
  }
  const pairs = (list: typeof duplicates) => {
    const shown = list.slice(0, 3).map(({ first, second }) => `${first} = ${second}`)
    return `${shown.join(', ')}${list.length > 3 ? ', ...' : ''}`
  }
  const across = duplicates.filter(({ parts }) => parts)
  if (across.length > 0) {
    warnings.push(
      `warning: ${across.length} pictures are in two parts of the split (exactly or nearly): ${pairs(across)}`,
    )
  } else if (duplicates.length > 0) {
    warnings.push(
      `${duplicates.length} pictures occur twice (exactly or nearly); copies stay on one side: ${pairs(duplicates)}`,
    )
  }
  const torn = duplicates.filter(({ sameLabel }) => !sameLabel)
  if (torn.length > 0) warnings.push(`warning: ${torn.length} pictures occur under two labels: ${pairs(torn)}`)
  if (file) warnings.push(`the decoded pictures are kept in ${file}, which may be deleted at any time`)
  return warnings
}

import type { Part } from '../parts.ts'
import type { Duplicate } from './duplicates.ts'
import type { FitRule, PictureForm } from './fitting.ts'
import type { ImageProposal } from './propose.ts'
import type { StorageOptions } from './storage.ts'
import type { ImageListing } from './types.ts'

/** Settings of `imageFolder`; what is not given is chosen by a look at the pictures. */
export interface ImageFolderOptions extends StorageOptions {
  /** Side of the square, or [height, width]. */
  size?: number | readonly [height: number, width: number]
  channels?: 1 | 3
  fit?: FitRule
  /** Share of the test part where the folder has no parts. */
  testShare?: number
  /** Of the sample looked at and of the split. Default 0. */
  seed?: number
}

/** What was found in a folder of pictures beside the pictures themselves. */
export interface ImageReport {
  layout: ImageListing['layout']
  form: PictureForm
  proposal: ImageProposal
  /** Name of every storage row's picture, below the folder. */
  names: readonly string[]
  unreadable: { file: string; reason: string }[]
  /** Files that the CSV names and that are not there. */
  missing: readonly string[]
  /** Pictures that occur twice, by names; `parts` where the two are in different parts of the folder's own split. */
  duplicates: { first: string; second: string; kind: Duplicate['kind']; parts?: [Part, Part]; sameLabel: boolean }[]
}

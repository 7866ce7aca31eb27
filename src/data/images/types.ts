/** Where a picture was put by whoever made the folder. */
export type Part = 'train' | 'validation' | 'test'

/** One picture of a folder. */
export interface ListedImage {
  path: string
  /** Path below the folder, with slashes. */
  name: string
  /** Class id. */
  label: number
  /** Undefined where the folder has no parts. */
  part: Part | undefined
}

/** The pictures of a folder and their classes, before any is opened. */
export interface ImageListing {
  root: string
  /** A folder for each class; `train/`, `val/`, `test/` of them; or a CSV file of names and labels. */
  layout: 'classes' | 'parts' | 'csv'
  classes: string[]
  images: ListedImage[]
  /** Files that the CSV names and that are not there. */
  missing: string[]
}

const PARTS: Readonly<Record<string, Part>> = {
  ...{ train: 'train', training: 'train', train_set: 'train' },
  ...{ val: 'validation', valid: 'validation', validation: 'validation', dev: 'validation' },
  ...{ test: 'test', testing: 'test', test_set: 'test' },
}

/** The part that a name stands for: `val` is validation. */
export function partNamed(name: string): Part | undefined {
  return PARTS[name.trim().toLowerCase()]
}

import type { Part } from '../parts.ts'

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

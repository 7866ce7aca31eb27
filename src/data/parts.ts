import { InklingError } from '../errors.ts'

/** Where an example was put by whoever made the data. */
export type Part = 'train' | 'validation' | 'test'

/** Names of a list's column that says the part. */
export const PART_COLUMNS: readonly string[] = ['split', 'part', 'set', 'subset']

const PARTS: Readonly<Record<string, Part>> = {
  ...{ train: 'train', training: 'train', train_set: 'train' },
  ...{ val: 'validation', valid: 'validation', validation: 'validation', dev: 'validation' },
  ...{ test: 'test', testing: 'test', test_set: 'test' },
}

/** The part that a name stands for: `val` is validation. */
export function partNamed(name: string): Part | undefined {
  return PARTS[name.trim().toLowerCase()]
}

/** The part that a cell names. @throws InklingError naming `where` for another word, and for none */
export function partOf(cell: string | undefined, where: string): Part {
  const part = partNamed(cell ?? '')
  if (part) return part
  throw new InklingError(`${where}: "${cell ?? ''}" is no part`, { hint: 'Use train, val or test.' })
}

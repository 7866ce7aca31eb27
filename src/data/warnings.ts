import type { LoadedDataset } from './loaded.ts'
import { madeWarning } from './made.ts'

const MARK = 'warning: '

/**
 * What must stand beside every figure on these data, as sentences: that the program made them, and what their notes mark as a
 * warning.
 */
export function dataWarnings(loaded: Pick<LoadedDataset, 'name' | 'drawn' | 'notes'>): string[] {
  const made = madeWarning(loaded)
  const marked = (loaded.notes ?? [])
    .filter(note => note.startsWith(MARK))
    .map(note => sentence(note.slice(MARK.length)))
  return [...(made ? [made] : []), ...marked]
}

/** 'no test part' -> 'No test part.' */
const sentence = (text: string) => `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`

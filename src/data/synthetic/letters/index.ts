import type { Glyph } from '../glyph.ts'
import { bowls } from './bowls.ts'
import { round } from './round.ts'
import { slanted } from './slanted.ts'
import { upright } from './upright.ts'

/** The 26 capital letters, A to Z. */
export const letters: readonly Glyph[] = [...bowls, ...round, ...slanted, ...upright].sort((a, b) =>
  a.label < b.label ? -1 : 1,
)

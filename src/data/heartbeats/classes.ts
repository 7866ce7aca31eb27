import { isBeat } from '../formats/wfdb/index.ts'

/** The five classes of ANSI/AAMI EC57: normal (and bundle branch block), supraventricular, ventricular, fusion, unknown. */
export const AAMI_CLASSES = ['N', 'S', 'V', 'F', 'Q'] as const

const AAMI: Readonly<Record<string, string>> = {
  ...{ N: 'N', L: 'N', R: 'N', B: 'N', e: 'N', j: 'N' },
  ...{ A: 'S', a: 'S', J: 'S', S: 'S', n: 'S' },
  ...{ V: 'V', E: 'V', r: 'V' },
  F: 'F',
  ...{ '/': 'Q', f: 'Q', Q: 'Q', '?': 'Q' },
}

/** The AAMI class of a beat's symbol; undefined for what is no beat. */
export function aamiClass(symbol: string): (typeof AAMI_CLASSES)[number] | undefined {
  return AAMI[symbol] as (typeof AAMI_CLASSES)[number] | undefined
}

/**
 * How beats and stretches of signal become classes:
 * - `aami`: the five classes of EC57; stretches without a beat are left out.
 * - `abnormal`: AAMI S, V, F or Q against everything else, stretches without a beat among it.
 * - `not-n`: a beat that is not annotated N against one that is; stretches without a beat are left out.
 */
export type HeartLabels = 'aami' | 'abnormal' | 'not-n'

/** The names of the classes of each scheme, in the order of their ids. */
export const HEART_CLASSES: Readonly<Record<HeartLabels, readonly string[]>> = {
  aami: AAMI_CLASSES,
  abnormal: ['normal', 'abnormal'],
  'not-n': ['N', 'not N'],
}

/** What decides where a stretch holds several beats: the first class of this list that is there. */
const GRAVEST = ['V', 'F', 'S', 'Q', 'N'] as const

/** The class id of a stretch by the symbols inside it, or undefined where it is left out. */
export function labelOfSymbols(symbols: readonly string[], scheme: HeartLabels): number | undefined {
  const beats = symbols.filter(isBeat)
  if (scheme === 'abnormal') return beats.some(symbol => aamiClass(symbol) !== 'N') ? 1 : 0
  if (beats.length === 0) return undefined
  if (scheme === 'not-n') return beats.some(symbol => symbol !== 'N') ? 1 : 0
  const classes = new Set(beats.map(aamiClass))
  const gravest = GRAVEST.find(name => classes.has(name)) as (typeof AAMI_CLASSES)[number]
  return AAMI_CLASSES.indexOf(gravest)
}

/** Records of MIT-BIH with a pacemaker, which EC57 leaves out. */
export const PACED = ['102', '104', '107', '217'] as const

/**
 * The inter-patient split of de Chazal, O'Dwyer and Reilly (IEEE Trans. Biomed. Eng. 51(7), 2004): no patient of DS1 is
 * in DS2, but for 201 (DS1) and 202 (DS2), which come from one person.
 */
export const DS1: readonly string[] =
  '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' ')
/** Records of the test half of that split, see {@link DS1}. */
export const DS2: readonly string[] =
  '100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234'.split(' ')

/**
 * The annotation codes of WFDB (ecgcodes.h) by number: the letter that stands for each, as on
 * https://archive.physionet.org/physiobank/annotations.shtml, and what it says. Codes that are not listed are free.
 */
export const ANNOTATION_CODES: Readonly<Record<number, readonly [symbol: string, meaning: string]>> = {
  0: [' ', 'not an annotation of a beat'],
  1: ['N', 'normal beat'],
  2: ['L', 'left bundle branch block beat'],
  3: ['R', 'right bundle branch block beat'],
  4: ['a', 'aberrated atrial premature beat'],
  5: ['V', 'premature ventricular contraction'],
  6: ['F', 'fusion of ventricular and normal beat'],
  7: ['J', 'nodal (junctional) premature beat'],
  8: ['A', 'atrial premature beat'],
  9: ['S', 'premature or ectopic supraventricular beat'],
  10: ['E', 'ventricular escape beat'],
  11: ['j', 'nodal (junctional) escape beat'],
  12: ['/', 'paced beat'],
  13: ['Q', 'unclassifiable beat'],
  14: ['~', 'change of signal quality'],
  16: ['|', 'isolated artefact like a beat'],
  18: ['s', 'change of ST segment'],
  19: ['T', 'change of T wave'],
  20: ['*', 'systole'],
  21: ['D', 'diastole'],
  22: ['"', 'comment'],
  23: ['=', 'measurement'],
  24: ['p', 'peak of P wave'],
  25: ['B', 'left or right bundle branch block beat'],
  26: ['^', 'pacemaker artefact that captured nothing'],
  27: ['t', 'peak of T wave'],
  28: ['+', 'change of rhythm'],
  29: ['u', 'peak of U wave'],
  30: ['?', 'beat not classified while learning'],
  31: ['!', 'ventricular flutter wave'],
  32: ['[', 'start of ventricular flutter or fibrillation'],
  33: [']', 'end of ventricular flutter or fibrillation'],
  34: ['e', 'atrial escape beat'],
  35: ['n', 'supraventricular escape beat'],
  36: ['@', 'link to other data'],
  37: ['x', 'blocked P wave (not conducted)'],
  38: ['f', 'fusion of paced and normal beat'],
  39: ['(', 'start of a waveform'],
  40: [')', 'end of a waveform'],
  41: ['r', 'premature ventricular contraction, R on T'],
}

/** Words of an annotation file that are no annotation of their own: a long time, and fields of the one before. */
export const SKIP = 59
export const NUM = 60
export const SUB = 61
export const CHN = 62
export const AUX = 63

const codes = new Map(Object.entries(ANNOTATION_CODES).map(([code, [symbol]]) => [symbol, Number(code)]))

/** The code of a symbol; undefined for one that stands for nothing. */
export function codeOf(symbol: string): number | undefined {
  return codes.get(symbol)
}

const beats = new Set('NLRBAaJSVrFejnE/fQ?')

/** True for the symbol of a heartbeat; flutter waves (`!`) are none. */
export function isBeat(symbol: string): boolean {
  return beats.has(symbol)
}

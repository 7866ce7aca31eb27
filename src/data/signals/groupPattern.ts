import { InklingError } from '../../errors.ts'

/** What tells the source of a file by its path. */
export interface GroupPattern {
  /** The word in the braces: what a group is. */
  kind: string
  /** The source that a path below the class folder names; undefined where the pattern does not fit. */
  sourceOf(path: string): string | undefined
}

/** True for `{patient}/*`, false for the name of a column. */
export const isGroupPattern = (text: string): boolean => /[{}*]/.test(text)

/**
 * Reads `{patient}/*` or `{machine}-*.csv`: the word in braces is what a group is and stands for as few signs as fit, none of
 * them a slash; `*` is anything. The whole path must fit.
 */
export function groupPattern(text: string): GroupPattern {
  const found = /^([^{}]*)\{(\w+)\}([^{}]*)$/.exec(text)
  if (!found)
    throw new InklingError(`--group "${text}" is no pattern with one word in braces`, {
      exitCode: 2,
      hint: 'Such as "{patient}/*" (a folder below the class folder) or "{machine}-*" (the beginning of file names).',
    })
  const [, before, kind, after] = found
  const plain = (part: string) => part.replace(/[.+?^$()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  const expression = new RegExp(`^${plain(before)}([^/]+?)${plain(after)}$`)
  return { kind, sourceOf: path => expression.exec(path)?.[1] }
}

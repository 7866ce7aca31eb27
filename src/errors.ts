/** Settings of an {@link InklingError}. */
export interface InklingErrorOptions {
  /** 1: something failed (a file, the data, the run); 2: the call itself was wrong. Default 1. */
  exitCode?: 1 | 2
  /** One sentence on how to mend it. */
  hint?: string
  /** The setting of a training that makes no sense, by its name in the library; a command line may have another for it. */
  setting?: string
  cause?: unknown
}

/**
 * An error meant for the person who called: it says what came, what was expected and where.
 * The command line prints its message (and hint) without a stack trace.
 */
export class InklingError extends Error {
  override readonly name = 'InklingError'
  readonly exitCode: 1 | 2
  readonly hint: string | undefined
  readonly setting: string | undefined

  constructor(message: string, options: InklingErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
    this.hint = options.hint
    this.setting = options.setting
  }
}

/** The nearest of `candidates` to `word` by edit distance, or undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}

import { InklingError } from '../errors.ts'

/** Known contexts: what may stand where something is read. */
export const CONTEXTS = {
  letters: (label: string) => /^\p{L}$/u.test(label),
  digits: (label: string) => /^\p{Nd}$/u.test(label),
  free: () => true,
} as const

/**
 * The classes that a context leaves: `letters`, `digits`, `free`, or a list of their names such as `0,O,Q`.
 * @returns numbers of classes, ascending
 */
export function contextClasses(context: string, classes: readonly string[]): number[] {
  const known = Object.hasOwn(CONTEXTS, context) ? CONTEXTS[context as keyof typeof CONTEXTS] : undefined
  const listed = context.split(',').map(label => label.trim())
  const unknown = known ? undefined : listed.find(label => !classes.includes(label))
  if (unknown !== undefined)
    throw new InklingError(
      `the context "${context}" is neither letters, digits nor free, and there is no class "${unknown}"`,
      {
        exitCode: 2,
        hint: `The classes are ${classes.slice(0, 40).join(', ')}.`,
      },
    )
  const kept = classes.flatMap((label, k) => ((known ? known(label) : listed.includes(label)) ? [k] : []))
  if (kept.length === 0)
    throw new InklingError(`none of the classes ${classes.slice(0, 20).join(', ')} is left by the context ${context}`, {
      exitCode: 2,
    })
  return kept
}

/** Probabilities of the kept classes alone, each row adding up to 1 again. [n, classes] -> [n, kept]. */
export function restrictClasses(probabilities: Float32Array, classes: number, kept: readonly number[]): Float32Array {
  const rows = probabilities.length / classes
  const restricted = new Float32Array(rows * kept.length)
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (const k of kept) sum += probabilities[i * classes + k]
    // Where nothing was left to them the kept classes are equally likely: the network has nothing to say about them.
    for (const [j, k] of kept.entries())
      restricted[i * kept.length + j] = sum > 0 ? probabilities[i * classes + k] / sum : 1 / kept.length
  }
  return restricted
}

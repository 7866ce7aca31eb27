import { HYPER_WORDS, hyperWord } from './optimizerHyper.ts'

/**
 * The optimizers' update rules, element by element: what the kernels are checked against.
 * Numbers that change by step lie in a small block `hyper`, so that a schedule never replans.
 */
export type OptimizerKind = 'sgd' | 'momentum' | 'nesterov' | 'rmsprop' | 'adam' | 'amsgrad'

/** Positions in the hyper block (f32), as the kernels read it. Unused ones are 0. */
export const HYPER = hyperWord
export const HYPER_SIZE = HYPER_WORDS

/** Names of the states each optimizer keeps per weight. */
export const optimizerStates: Record<OptimizerKind, readonly string[]> = {
  sgd: [],
  momentum: ['velocity'],
  nesterov: ['velocity'],
  rmsprop: ['square'],
  adam: ['mean', 'square'],
  amsgrad: ['mean', 'square', 'largest'],
}

/** One step on all elements; the formulas are those of `optimizerHyper.ts`. */
export function updateElement(
  kind: OptimizerKind,
  w: Float64Array,
  gradient: ArrayLike<number>,
  hyper: ArrayLike<number>,
  scale: number,
  states: readonly Float64Array[],
): void {
  const at = (word: keyof typeof HYPER) => hyper[HYPER[word]]
  const [rate, decay, decoupledDecay, momentum] = [at('rate'), at('decay'), at('decoupledDecay'), at('momentum')]
  const [beta1, beta2, rest1, rest2] = [at('beta1'), at('beta2'), at('rest1'), at('rest2')]
  const [epsilon, c1, c2] = [at('epsilon'), at('correction1'), at('correction2')]
  const [s1, s2, s3] = states
  for (let i = 0; i < w.length; i++) {
    const g = gradient[i] * scale + decay * w[i]
    w[i] -= rate * decoupledDecay * w[i]
    switch (kind) {
      case 'sgd':
        w[i] -= rate * g
        break
      case 'momentum':
      case 'nesterov':
        s1[i] = momentum * s1[i] + g
        w[i] -= rate * (kind === 'momentum' ? s1[i] : g + momentum * s1[i])
        break
      case 'rmsprop':
        s1[i] = beta2 * s1[i] + rest2 * g * g
        w[i] -= (rate * g) / (Math.sqrt(s1[i]) + epsilon)
        break
      case 'adam':
      case 'amsgrad': {
        s1[i] = beta1 * s1[i] + rest1 * g
        s2[i] = beta2 * s2[i] + rest2 * g * g
        if (kind === 'amsgrad') s3[i] = Math.max(s3[i], s2[i])
        const second = kind === 'amsgrad' ? s3[i] : s2[i]
        w[i] -= (rate * (s1[i] / c1)) / (Math.sqrt(second / c2) + epsilon)
      }
    }
  }
}

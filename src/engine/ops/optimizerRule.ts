/**
 * The optimizers' update rules, element by element: what the kernels are checked against.
 * Numbers that change by step lie in a small block `hyper`, so that a schedule never replans.
 */
export type OptimizerKind = 'sgd' | 'momentum' | 'nesterov' | 'rmsprop' | 'adam' | 'amsgrad'

/** Positions in the hyper block (f32). Unused ones are 0. */
export const HYPER = {
  /** Learning rate. */
  rate: 0,
  /** Momentum (sgd), beta1 (adam), rho (rmsprop). */
  beta1: 1,
  /** beta2 (adam). */
  beta2: 2,
  epsilon: 3,
  /** L2 penalty: gradient += l2 * weight. */
  l2: 4,
  /** Decoupled decay: weight -= rate * decay * weight, before the step (Loshchilov and Hutter 2019). */
  decay: 5,
  /** 1 - beta1^t and 1 - beta2^t for bias correction (1 where not used). */
  correction1: 6,
  correction2: 7,
} as const
export const HYPER_SIZE = 16

/** Names of the states each optimizer keeps per weight. */
export const optimizerStates: Record<OptimizerKind, readonly string[]> = {
  sgd: [],
  momentum: ['velocity'],
  nesterov: ['velocity'],
  rmsprop: ['square'],
  adam: ['mean', 'square'],
  amsgrad: ['mean', 'square', 'largest'],
}

/**
 * One step on all elements (formulas as PyTorch documents them):
 * - momentum: v = beta1 v + g; w -= rate v. nesterov: w -= rate (g + beta1 v).
 * - rmsprop: s = beta1 s + (1 - beta1) g^2; w -= rate g / (sqrt(s) + eps).
 * - adam: m, s averages of g, g^2; w -= rate (m / c1) / (sqrt(s / c2) + eps). amsgrad: s replaced by its largest so far.
 */
export function updateElement(
  kind: OptimizerKind,
  w: Float64Array,
  gradient: ArrayLike<number>,
  hyper: ArrayLike<number>,
  scale: number,
  states: readonly Float64Array[],
): void {
  const rate = hyper[HYPER.rate]
  const beta1 = hyper[HYPER.beta1]
  const beta2 = hyper[HYPER.beta2]
  const epsilon = hyper[HYPER.epsilon]
  const c1 = hyper[HYPER.correction1]
  const c2 = hyper[HYPER.correction2]
  const [s1, s2, s3] = states
  for (let i = 0; i < w.length; i++) {
    const g = gradient[i] * scale + hyper[HYPER.l2] * w[i]
    w[i] -= rate * hyper[HYPER.decay] * w[i]
    switch (kind) {
      case 'sgd':
        w[i] -= rate * g
        break
      case 'momentum':
      case 'nesterov':
        s1[i] = beta1 * s1[i] + g
        w[i] -= rate * (kind === 'momentum' ? s1[i] : g + beta1 * s1[i])
        break
      case 'rmsprop':
        s1[i] = beta1 * s1[i] + (1 - beta1) * g * g
        w[i] -= (rate * g) / (Math.sqrt(s1[i]) + epsilon)
        break
      case 'adam':
      case 'amsgrad': {
        s1[i] = beta1 * s1[i] + (1 - beta1) * g
        s2[i] = beta2 * s2[i] + (1 - beta2) * g * g
        if (kind === 'amsgrad') s3[i] = Math.max(s3[i], s2[i])
        const second = kind === 'amsgrad' ? s3[i] : s2[i]
        w[i] -= (rate * (s1[i] / c1)) / (Math.sqrt(second / c2) + epsilon)
      }
    }
  }
}

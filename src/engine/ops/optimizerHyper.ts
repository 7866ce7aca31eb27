/**
 * The block of f32 words that an `optimize` command reads, and how its states are used. All formulas are PyTorch's:
 *
 *   g = grad * scale + decay * p                (decay: L2, part of the gradient)
 *   p = p - rate * decoupledDecay * p           (AdamW's decay, before the update; any kind takes both decays)
 *
 *   sgd                       p -= rate * g
 *   momentum                  s1 = momentum * s1 + g;  p -= rate * s1
 *   nesterov                  s1 = momentum * s1 + g;  p -= rate * (g + momentum * s1)
 *   rmsprop                   s1 = beta2 * s1 + (1 - beta2) * g^2;  p -= rate * g / (sqrt(s1) + epsilon)
 *   rmspropMomentum           the same, then  s2 = momentum * s2 + g / (sqrt(s1) + epsilon);  p -= rate * s2
 *   rmspropCentered           s2 = beta2 * s2 + (1 - beta2) * g;  the root is of s1 - s2^2
 *   rmspropCenteredMomentum   the same with s3 as the momentum
 *   adam, adamw               s1 = beta1 * s1 + (1 - beta1) * g;  s2 = beta2 * s2 + (1 - beta2) * g^2;
 *                             p -= rate / correction1 * s1 / (sqrt(s2) / sqrt(correction2) + epsilon)
 *   amsgrad                   the same with s3 = max(s3, s2) in place of s2 in the root
 *
 * States start at 0. adam and adamw differ only in which decay the settings fill.
 */
export const hyperWord = {
  rate: 0,
  decay: 1,
  decoupledDecay: 2,
  momentum: 3,
  beta1: 4,
  /** Also RMSprop's rho (PyTorch's alpha). */
  beta2: 5,
  epsilon: 6,
  /** 1 - beta1^t with t = 1 at the first update. */
  correction1: 7,
  /** 1 - beta2^t */
  correction2: 8,
  /** 1 - beta1 and 1 - beta2, rounded once: from the rounded betas they would be off by 1e-5. */
  rest1: 9,
  rest2: 10,
} as const

/** Words to reserve for the block. */
export const HYPER_WORDS = 16

export interface OptimizerSettings {
  rate: number
  decay?: number
  decoupledDecay?: number
  momentum?: number
  beta1?: number
  beta2?: number
  epsilon?: number
}

/** Fills a block for the update number `step` (1 = the first). */
export function writeHyper(block: Float32Array, settings: OptimizerSettings, step: number): void {
  const { rate, decay = 0, decoupledDecay = 0, momentum = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = settings
  block[hyperWord.rate] = rate
  block[hyperWord.decay] = decay
  block[hyperWord.decoupledDecay] = decoupledDecay
  block[hyperWord.momentum] = momentum
  block[hyperWord.beta1] = beta1
  block[hyperWord.beta2] = beta2
  block[hyperWord.epsilon] = epsilon
  block[hyperWord.correction1] = 1 - beta1 ** step
  block[hyperWord.correction2] = 1 - beta2 ** step
  block[hyperWord.rest1] = 1 - beta1
  block[hyperWord.rest2] = 1 - beta2
}

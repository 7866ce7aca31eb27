import type { Recipe } from '../zoo/index.ts'

/**
 * Inkling's recipe where a paper's own does not fit twenty minutes or can be bettered: one cycle of AdamW on all training
 * examples, the last epoch counts.
 */
export function oneCycle(epochs: number, rate: number, changes: Partial<Recipe> = {}): Recipe {
  return {
    id: 'one-cycle',
    source: 'Inkling: one cycle of the rate, all training examples, the last epoch counts',
    epochs,
    batch: 128,
    optimizer: { kind: 'adamw', rate, weightDecay: 0.01 },
    schedule: { kind: 'oneCycle', warmup: 0.2 },
    loss: { kind: 'crossEntropy' },
    validation: 0,
    ...changes,
  }
}

import type { Experiment } from '../experiment.ts'
import { oneCycle } from '../recipes.ts'
import { zooRecipe } from '../training.ts'
import { dataset, trainingTrial } from '../trial.ts'

interface Compared {
  kind: 'cnn' | 'rnn' | 'mlp'
  title: string
  published: number
  minutes: number
  /** Peak of the cycle. */
  rate: number
  clipNorm?: number
}

const compare = ({ kind, title, published, minutes, rate, clipNorm }: Compared): Experiment => {
  const model = `compare-${kind}`
  return {
    id: model,
    paper: 'mnist-report',
    title,
    minutes,
    measured:
      'MNIST’s 10,000 test digits after 5 epochs on all 60,000; beside the paper’s constant rate a single cycle of it',
    recipes: ['paper', 'inkling'],
    trials: [
      trainingTrial({
        model,
        data: dataset('mnist'),
        recipes: {
          paper: zooRecipe(model, 'mnist-report'),
          inkling: oneCycle(5, rate, { batch: 64, optimizer: { kind: 'adamw', rate, weightDecay: 0.01, clipNorm } }),
        },
      }),
    ],
    published: [
      { metric: 'accuracy', value: published },
      { metric: 'rocAuc', value: 1, unit: 'number', better: 'none', note: 'the paper: "about 1.0" for all three' },
      { metric: 'loss', better: 'none', unit: 'number' },
    ],
  }
}

export const compareExperiments: readonly Experiment[] = [
  compare({ kind: 'cnn', title: 'CNN of two convolutions, five epochs', published: 0.992, minutes: 4, rate: 3e-3 }),
  compare({
    kind: 'rnn',
    title: 'Recurrent layer over the rows, five epochs',
    published: 0.964,
    minutes: 4,
    rate: 3e-3,
    clipNorm: 1,
  }),
  compare({ kind: 'mlp', title: 'Two dense layers, five epochs', published: 0.977, minutes: 1, rate: 2e-3 }),
]

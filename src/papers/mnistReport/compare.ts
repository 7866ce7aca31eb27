import { house } from '../../zoo/index.ts'
import type { Experiment } from '../experiment.ts'
import { rocFigure } from '../figures/curves.ts'
import { distributionFigure, samplesFigure } from '../figures/samples.ts'
import { zooRecipe } from '../training.ts'
import { dataset, trainingTrial } from '../trial.ts'

function compare(kind: 'cnn' | 'rnn' | 'mlp', title: string, published: number, minutes: number): Experiment {
  const model = `compare-${kind}`
  const constant = house({
    source: 'mnist-report: Adam, 5 epochs, all 60,000 digits; Adam’s usual constant rate of 1e-3, batch 64',
    batch: 64,
    validation: 0,
  })
  return {
    id: model,
    paper: 'mnist-report',
    title,
    minutes,
    measured:
      'MNIST’s 10,000 test digits after 5 epochs on all 60,000. The paper names Adam and the epochs, no rate: its recipe is ' +
      'Adam’s usual constant one, Inkling’s a cycle up to 3e-3',
    recipes: ['inkling', 'paper'],
    trials: [
      trainingTrial({
        model,
        data: dataset('mnist'),
        recipes: { inkling: zooRecipe(model, 'mnist-report'), paper: constant },
        async draw({ evaluation, parts: { train, test } }, { figure }) {
          await figure?.('samples', samplesFigure(train))
          await figure?.('distribution', distributionFigure(train, test))
          await figure?.('roc', rocFigure(evaluation, model))
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
  compare('cnn', 'CNN of two convolutions, five epochs', 0.992, 10),
  compare('rnn', 'Recurrent layer over the rows, five epochs', 0.964, 3),
  compare('mlp', 'Two dense layers, five epochs', 0.977, 1),
]

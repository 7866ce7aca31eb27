import type { Recipe } from '../../zoo/index.ts'
import type { Experiment, Published, TrialContext } from '../experiment.ts'
import { oneCycle } from '../recipes.ts'
import { zooRecipe } from '../training.ts'
import { trainingTrial } from '../trial.ts'

const MEASURED =
  'CIFAR-10’s 10,000 test pictures after the last epoch; precision, recall and F1 are means over the ten classes'

/** All 50,000 to learn from; the curves by epoch are of the test part, as the paper's are, and nothing is chosen by them. */
async function pictures(context: TrialContext) {
  const loaded = await context.load('cifar-10')
  return { ...loaded, validation: loaded.test }
}

/**
 * One cycle of momentum, as fast trainings of residual nets have it; without smoothed labels, which would cost of the loss
 * what they bring in accuracy.
 */
function cycle(epochs: number, rate: number, changes: Partial<Recipe> = {}): Recipe {
  const { augment, input } = zooRecipe('cifar-cnn', 'li-2024')
  return oneCycle(epochs, rate, {
    source: 'Inkling: one cycle of SGD with Nesterov momentum, few epochs; all 50,000 pictures; the last epoch counts',
    optimizer: { kind: 'sgd', rate, momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
    ...{ augment, input, validation: 0.1 },
    ...changes,
  })
}

function rows(accuracy: number, loss: number, precision: number, recall: number, f1: number): Published[] {
  return [
    { metric: 'accuracy', value: accuracy },
    { metric: 'loss', value: loss, better: 'lower', unit: 'number' },
    { metric: 'precision', value: precision },
    { metric: 'recall', value: recall },
    { metric: 'f1', value: f1 },
  ]
}

export const cifarCnn: Experiment = {
  id: 'cifar-cnn',
  paper: 'li-2024',
  title: 'Three convolutions and two dense layers on CIFAR-10',
  minutes: 45,
  measured: MEASURED,
  recipes: ['inkling', 'paper'],
  trials: [
    trainingTrial({
      model: 'cifar-cnn',
      data: pictures,
      recipes: {
        paper: zooRecipe('cifar-cnn', 'li-2024'),
        inkling: cycle(40, 3e-3, {
          optimizer: { kind: 'adamw', rate: 3e-3, weightDecay: 0.05 },
          loss: { kind: 'crossEntropy', labelSmoothing: 0.02 },
        }),
      },
    }),
  ],
  published: rows(0.815, 0.546, 0.8184, 0.815, 0.8142),
}

export const cifarResnet: Experiment = {
  id: 'cifar-resnet',
  paper: 'li-2024',
  title: 'Six residual blocks on CIFAR-10, ReLU before and after the first normalisation',
  minutes: 200,
  measured: MEASURED,
  recipes: ['inkling'],
  trials: [
    trainingTrial({
      variant: 'printed-order',
      model: 'cifar-resnet',
      data: pictures,
      recipes: { paper: zooRecipe('cifar-resnet', 'li-2024'), inkling: cycle(10, 0.1) },
    }),
    trainingTrial({
      variant: 'usual-order',
      model: 'cifar-resnet-norm-first',
      data: pictures,
      // Beside the printed order, not for a record: fewer epochs.
      recipes: { paper: zooRecipe('cifar-resnet-norm-first', 'li-2024'), inkling: cycle(5, 0.1) },
    }),
  ],
  published: rows(0.898, 0.4243, 0.899, 0.898, 0.8977),
}

export const cifarDensenet: Experiment = {
  id: 'cifar-densenet',
  paper: 'li-2024',
  title: 'Two dense blocks on CIFAR-10, growth 32 and 12',
  minutes: 160,
  measured: MEASURED,
  recipes: ['inkling'],
  trials: [
    trainingTrial({
      variant: 'growth-32',
      model: 'cifar-densenet',
      data: pictures,
      recipes: { paper: zooRecipe('cifar-densenet', 'li-2024'), inkling: cycle(14, 0.1) },
    }),
    trainingTrial({
      variant: 'growth-12',
      model: 'cifar-densenet-12',
      data: pictures,
      recipes: { paper: zooRecipe('cifar-densenet-12', 'li-2024'), inkling: cycle(10, 0.1) },
    }),
  ],
  published: rows(0.8535, 0.728, 0.8776, 0.8535, 0.8572),
}

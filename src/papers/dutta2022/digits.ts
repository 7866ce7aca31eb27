import type { Dataset } from '../../data/dataset.ts'
import type { Experiment, TrialContext } from '../experiment.ts'
import { predictedFigure } from '../figures/samples.ts'
import { oneCycle } from '../recipes.ts'
import { predict, type Trained, zooRecipe } from '../training.ts'
import { dataset, trainingTrial } from '../trial.ts'

const MEASURED =
  'MNIST’s 10,000 test digits after the last epoch; a tenth of the 60,000 is held out by the paper’s recipe'

/** The first test digits with what they were read as. */
async function drawPredicted(trained: Trained, context: TrialContext): Promise<void> {
  const test = trained.parts.test as Dataset
  await context.figure?.('predicted', predictedFigure(test, await predict(context, trained, test), 'first'))
}

const cnn = oneCycle(15, 3e-3, {
  loss: { kind: 'crossEntropy', labelSmoothing: 0.02 },
  augment: { rotate: 10, zoom: 0.1, shiftX: 0.08, shiftY: 0.08 },
})

export const mnistCnn688k: Experiment = {
  id: 'mnist-cnn-688k',
  paper: 'dutta-2022',
  title: 'CNN of 688,234 parameters with batch normalisation, Adam',
  minutes: 22,
  measured: MEASURED,
  recipes: ['paper', 'inkling'],
  trials: [
    trainingTrial({
      model: 'mnist-cnn-688k',
      data: dataset('mnist'),
      draw: drawPredicted,
      recipes: { paper: zooRecipe('mnist-cnn-688k', 'dutta-2022'), inkling: cnn },
    }),
  ],
  published: [
    { metric: 'accuracy', value: 0.9938 },
    {
      metric: 'loss',
      value: 0.0362,
      better: 'lower',
      unit: 'number',
      note: 'Inkling’s recipe smooths the labels by 0.02: where a net is as sure as it is taught, its loss is 0.018, not 0',
    },
  ],
}

export const mnistCnn688kRmsprop: Experiment = {
  id: 'mnist-cnn-688k-rmsprop',
  paper: 'dutta-2022',
  title: 'The same CNN with RMSprop',
  minutes: 22,
  measured: MEASURED,
  recipes: ['paper', 'inkling'],
  trials: [
    trainingTrial({
      model: 'mnist-cnn-688k',
      data: dataset('mnist'),
      draw: drawPredicted,
      recipes: {
        paper: zooRecipe('mnist-cnn-688k', 'dutta-2022-rmsprop'),
        inkling: { ...cnn, optimizer: { kind: 'rmsprop', rate: 1e-3 } },
      },
    }),
  ],
  published: [
    {
      metric: 'accuracy',
      value: 0.9894,
      note: 'printed as "with Adam", right after "we tried Adam and RMSProp": read as RMSprop’s',
    },
    { metric: 'loss', value: 0.0542, better: 'lower', unit: 'number' },
  ],
}

export const mnistBpnn: Experiment = {
  id: 'mnist-bpnn',
  paper: 'dutta-2022',
  title: 'Back-propagation net 784-300-10 with sigmoids',
  minutes: 14,
  measured: MEASURED,
  recipes: ['paper', 'inkling'],
  trials: [
    trainingTrial({
      model: 'mnist-bpnn',
      data: dataset('mnist'),
      draw: drawPredicted,
      recipes: {
        paper: zooRecipe('mnist-bpnn', 'dutta-2022'),
        inkling: oneCycle(60, 3e-3, {
          augment: { rotate: 8, zoom: 0.08, shiftX: 0.05, shiftY: 0.05, elastic: 3, elasticCells: 4 },
        }),
      },
    }),
  ],
  published: [
    {
      metric: 'accuracy',
      value: 0.9894,
      note: 'the paper’s second result, if it is this net’s; without augmentation nets of this shape reach about 98 %',
    },
  ],
}

import type { Dataset } from '../../data/dataset.ts'
import { findDataset } from '../../data/load.ts'
import type { Experiment, TrialContext } from '../experiment.ts'
import { distributionFigure, predictedFigure, samplesFigure } from '../figures/samples.ts'
import { answersFigure, mapLayers } from '../figures/weights.ts'
import { predict, zooRecipe } from '../training.ts'
import { trainingTrial } from '../trial.ts'

const STAND_IN = 'Kaggle’s train.csv is not at hand: 42,000 pictures are drawn by seed from MNIST’s 60,000'

/** Kaggle's own file where it is there, else MNIST; without the test part: the paper's figure is of its validation part. */
async function data(context: TrialContext) {
  const here = findDataset('kaggle', { dataDir: context.dataDir }) !== undefined
  const { test: _, ...loaded } = await context.load(here ? 'kaggle' : 'mnist')
  return here || loaded.drawn ? loaded : { ...loaded, notes: [...(loaded.notes ?? []), STAND_IN] }
}

export const kaggleCnn: Experiment = {
  id: 'kaggle-cnn',
  paper: 'xu-2022',
  title: 'CNN of 1,630,090 parameters on Kaggle’s digit-recognizer',
  minutes: 12,
  measured: 'the last epoch on the fifth of 42,000 digits that was held out at random; the best epoch beside it',
  trials: [
    trainingTrial({
      model: 'kaggle-cnn',
      data,
      recipes: { paper: zooRecipe('kaggle-cnn', 'xu-2022') },
      async draw(trained, context) {
        const { backend, figure } = context
        const { train, validation } = trained.parts
        const held = validation as Dataset
        await figure?.('distribution', distributionFigure(train, held))
        await figure?.('samples', samplesFigure(train))
        const predictions = await predict(context, trained, held)
        await figure?.('misclassified', predictedFigure(held, predictions, 'wrong'))
        for (const layer of mapLayers(trained.model))
          await figure?.(`maps-${layer}`, await answersFigure(backend, trained.model, held, layer))
      },
      measure({ history, result }) {
        const validation = history.map(e => e.validationAccuracy as number)
        const last = history[history.length - 1]
        const below = history.filter(e => (e.validationLoss as number) < e.loss).length
        return {
          metrics: {
            best: Math.max(...validation),
            bestEpoch: validation.indexOf(Math.max(...validation)) + 1,
            validationLoss: last.validationLoss as number,
            trainingLoss: last.loss,
            trainLossAtRest: result.train.loss,
            belowTraining: below / history.length,
          },
        }
      },
    }),
  ],
  published: [
    { metric: 'accuracy', value: 0.99, note: '"about 99 %"' },
    { metric: 'best', better: 'none', note: 'of the best epoch' },
    { metric: 'bestEpoch', better: 'none', unit: 'number', note: 'the paper: stable after 13 epochs' },
    { metric: 'validationLoss', better: 'none', unit: 'number' },
    { metric: 'trainingLoss', better: 'none', unit: 'number', note: 'measured with dropout and augmentation' },
    { metric: 'trainLossAtRest', better: 'none', unit: 'number', note: 'of the training digits, without either' },
    { metric: 'belowTraining', value: 1, note: 'share of epochs whose validation loss is below the training loss' },
  ],
}

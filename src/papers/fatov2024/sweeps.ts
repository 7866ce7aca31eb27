import { NORMALISATIONS, scalingFor } from '../../data/normalise.ts'
import type { LossSpec, OptimizerSpec } from '../../nn/index.ts'
import type { Experiment } from '../experiment.ts'
import { historiesFigures } from '../figures/curves.ts'
import { zooRecipe } from '../training.ts'
import { trainingTrial } from '../trial.ts'
import { glyphs } from './data.ts'
import { ovalMetrics } from './ovals.ts'

const FRAMING = 'the paper’s framing; the test tenth after the last of 50 epochs'
const linear = zooRecipe('glyph-linear', 'fatov-2024')

export const glyphBatchSweep: Experiment = {
  id: 'glyph-batch-sweep',
  paper: 'fatov-2024',
  title: 'The linear model over batch sizes, with one rate for all and with a rate that goes with the batch',
  minutes: 8,
  measured: `${FRAMING}; Adam 1e-3 for all, and beside it a rate in proportion to the root of the batch (1e-3 at 512)`,
  trials: [32, 64, 128, 256, 512, 1024, 2048].flatMap(batch =>
    ([false, true] as const)
      .filter(scaled => !scaled || batch !== 512)
      .map(scaled =>
        trainingTrial({
          variant: `batch-${batch}${scaled ? '-scaled-rate' : ''}`,
          model: 'glyph-linear',
          keeps: [],
          data: glyphs('paper'),
          recipes: {
            paper: {
              ...linear,
              batch,
              optimizer: { ...linear.optimizer, rate: scaled ? 1e-3 * Math.sqrt(batch / 512) : 1e-3 },
            },
          },
        }),
      ),
  ),
  published: [
    { metric: 'accuracy', better: 'none', note: 'the paper: the same for all sizes' },
    { metric: 'loss', better: 'none', unit: 'number' },
    { metric: 'examplesPerSecond', better: 'none', unit: 'number' },
  ],
  draw: (finished, keep) => historiesFigures(finished, keep),
}

/** Training, validation and test. */
const SHARES: readonly (readonly [number, number, number])[] = [
  [0.1, 0.28, 0.62],
  [0.3, 0.28, 0.42],
  [0.5, 0.25, 0.25],
  [0.62, 0.28, 0.1],
  [0.7, 0.2, 0.1],
  [0.8, 0.1, 0.1],
]

export const glyphSplitSweep: Experiment = {
  id: 'glyph-split-sweep',
  paper: 'fatov-2024',
  title: 'The linear model over the shares of training, validation and test',
  minutes: 10,
  measured: 'the paper’s framing; the test part, the last share of a variant’s name, after the last of 50 epochs',
  trials: SHARES.map(shares =>
    trainingTrial({
      variant: shares.map(s => Math.round(100 * s)).join('-'),
      model: 'glyph-linear',
      keeps: [],
      data: context => context.load('glyphs', { glyphs: { framing: 'paper', seed: context.seed, shares } }),
      recipes: { paper: linear },
    }),
  ),
  published: [
    { metric: 'accuracy', better: 'none', note: 'the paper: the ratio "can illuminate this issue"; no figure' },
    { metric: 'trainAccuracy', better: 'none' },
  ],
}

/** Fifty of the CNN, four times over, would take an hour. */
const CNN_EPOCHS = 15

export const normalisationSweep: Experiment = {
  id: 'normalisation-sweep',
  paper: 'fatov-2024',
  title: 'Pixels as 0 or 1, from 0 to 1, from -1 to 1, and standardised: linear model, dense net and CNN',
  minutes: 35,
  measured: `${FRAMING}, the CNN after ${CNN_EPOCHS}`,
  trials: NORMALISATIONS.flatMap(kind =>
    (['glyph-linear', 'glyph-mlp', 'glyph-cnn'] as const).map(model => ({
      ...trainingTrial({
        variant: `${model.slice('glyph-'.length)}-${kind}`,
        model,
        keeps: [],
        data: glyphs('paper'),
        recipes: {
          paper: zooRecipe(model, 'fatov-2024', {
            input: undefined,
            ...(model === 'glyph-cnn' && { epochs: CNN_EPOCHS }),
          }),
        },
        scaling: train => scalingFor(kind, train),
        measure: ({ evaluation }) => ({ metrics: ovalMetrics(evaluation.confusion, evaluation.classes) }),
      }),
    })),
  ),
  draw: (finished, keep) => historiesFigures(finished, keep),
  published: [{ metric: 'accuracy', better: 'none', note: 'the paper: [-1, 1] is best for CNNs; no figure' }],
}

const adam: OptimizerSpec = { kind: 'adam', rate: 1e-3 }
/** (1 - beta1) = sqrt(1 - beta2): the rule that the paper cites. */
const ruled = (beta2: number): OptimizerSpec => ({ ...adam, beta1: 1 - Math.sqrt(1 - beta2), beta2 })
const options: Record<string, { optimizer?: OptimizerSpec; loss?: LossSpec }> = {
  adam: {},
  'adam-beta-rule-0.99': { optimizer: ruled(0.99) },
  'adam-beta-rule-0.999': { optimizer: ruled(0.999) },
  'adam-beta1-above-beta2': { optimizer: { ...adam, beta1: 0.99, beta2: 0.9 } },
  amsgrad: { optimizer: { ...adam, kind: 'amsgrad' } },
  sgd: { optimizer: { kind: 'sgd', rate: 0.1 } },
  'sgd-momentum': { optimizer: { kind: 'sgd', rate: 0.1, momentum: 0.9 } },
  'sgd-nesterov': { optimizer: { kind: 'sgd', rate: 0.1, momentum: 0.9, nesterov: true } },
  'mean-squared-error': { loss: { kind: 'meanSquaredError' } },
  'binary-cross-entropy': { loss: { kind: 'binaryCrossEntropy' } },
}

export const glyphOptions: Experiment = {
  id: 'glyph-options',
  paper: 'fatov-2024',
  title: 'What the paper discusses and does not measure: momentum, the rule for the betas, AMSGrad, MSE and BCE',
  minutes: 20,
  measured: `${FRAMING}; the dense net with ReLU`,
  trials: Object.entries(options).map(([variant, changes]) =>
    trainingTrial({
      variant,
      model: 'glyph-mlp',
      keeps: [],
      data: glyphs('paper'),
      recipes: { paper: zooRecipe('glyph-mlp', 'fatov-2024', changes) },
    }),
  ),
  published: [{ metric: 'accuracy', better: 'none' }],
  draw: (finished, keep) => historiesFigures(finished, keep),
}

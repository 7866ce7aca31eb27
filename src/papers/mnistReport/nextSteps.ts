import { type Dataset, exampleAt } from '../../data/dataset.ts'
import type { AugmentSettings } from '../../engine/ops/augmentPicture.ts'
import { house } from '../../zoo/index.ts'
import type { Experiment } from '../experiment.ts'
import { historiesFigures } from '../figures/curves.ts'
import { oneCycle } from '../recipes.ts'
import { dataset, trainingTrial } from '../trial.ts'

const TEST = 'MNIST’s 10,000 test digits after the last epoch on all 60,000'

function deeper(model: string, title: string, minutes: number): Experiment {
  return {
    id: model,
    paper: 'mnist-report',
    title,
    minutes,
    measured: TEST,
    trials: [trainingTrial({ model, data: dataset('mnist'), recipes: { paper: oneCycle(5, 3e-3) } })],
    published: [{ metric: 'accuracy', note: 'a next step of the paper, without a figure' }],
  }
}

export const deeperNets: readonly Experiment[] = [
  deeper('mnist-resnet', 'A narrow residual net of 18 layers for digits', 16),
  deeper('mnist-vgg', 'A narrow VGG-16 for digits', 11),
  deeper('mnist-hybrid', 'Convolutions, then an LSTM over the rows of their maps', 5),
]

const changes: Record<string, AugmentSettings | undefined> = {
  none: undefined,
  rotation: { rotate: 15 },
  zoom: { zoom: 0.15 },
  shift: { shiftX: 0.15, shiftY: 0.15 },
  flips: { flip: 0.5 },
  'rotation-zoom-shift': { rotate: 15, zoom: 0.15, shiftX: 0.15, shiftY: 0.15 },
  all: { rotate: 15, zoom: 0.15, shiftX: 0.15, shiftY: 0.15, flip: 0.5 },
  gentle: { rotate: 10, zoom: 0.1, shiftX: 0.08, shiftY: 0.08 },
}

export const augmentationAblation: Experiment = {
  id: 'augmentation-ablation',
  paper: 'mnist-report',
  title: 'Rotation, zoom, shift and flips, each alone and together: who is right about flips',
  minutes: 25,
  measured: `${TEST}; compare-cnn, eight epochs in one cycle, the same for all`,
  trials: Object.entries(changes).map(([variant, augment]) =>
    trainingTrial({
      variant,
      model: 'compare-cnn',
      keeps: [],
      data: dataset('mnist'),
      recipes: { paper: oneCycle(8, 3e-3, { augment }) },
    }),
  ),
  published: [{ metric: 'accuracy' }, { metric: 'trainAccuracy', better: 'none' }],
  draw: (finished, keep) => historiesFigures(finished, keep),
}

/** Of the pixels that hold ink, the share that is more than a tenth away from black and from white. */
function greyShare(dataset: Dataset): number {
  let [ink, grey] = [0, 0]
  for (let i = 0; i < dataset.length; i++)
    for (const value of exampleAt(dataset, i)) {
      if (value === 0) continue
      ink++
      if (value > 25 && value < 230) grey++
    }
  return grey / ink
}

export const mnistLinear: Experiment = {
  id: 'mnist-linear',
  paper: 'fatov-2024',
  title: 'A linear classifier, as LeCun 1995 reports',
  minutes: 1,
  measured: `${TEST}; softmax regression`,
  trials: [
    trainingTrial({
      model: 'mnist-linear',
      measure: ({ parts }) => ({ metrics: { greyShare: greyShare(parts.train) } }),
      data: dataset('mnist'),
      recipes: {
        paper: house({
          epochs: 20,
          validation: 0,
          schedule: { kind: 'cosine' },
          source: 'LeCun 1995 gives no settings',
        }),
      },
    }),
  ],
  published: [
    { metric: 'accuracy', value: 0.916, note: '8.4 % error' },
    {
      metric: 'greyShare',
      better: 'none',
      note: 'of the pixels that hold ink, those more than a tenth away from black and from white',
    },
  ],
}

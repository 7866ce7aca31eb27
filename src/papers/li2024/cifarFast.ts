import type { Experiment } from '../experiment.ts'
import { zooRecipe } from '../training.ts'
import { dataset, trainingTrial } from '../trial.ts'
import { severalViews } from '../views.ts'

/** Views of a test picture beside the picture itself: mirrored and moved by a pixel, as airbench takes six in all. */
const VIEWS = 7

/** The published rate ends at 7 % of its peak because airbench averages late weights, which is left out here. */
const recipe = zooRecipe('cifar-fast', 'airbench', {
  epochs: 18,
  schedule: { kind: 'linear', warmup: 0.23, start: 0.2, floor: 0 },
})

export const cifarFast: Experiment = {
  id: 'cifar-fast',
  paper: 'li-2024',
  title: 'Beyond the papers: CIFAR-10 in few operations, after airbench',
  minutes: 45,
  measured: 'CIFAR-10’s 10,000 test pictures after the last of 18 epochs on all 50,000',
  recipes: ['inkling'],
  trials: [
    trainingTrial({
      model: 'cifar-fast',
      data: dataset('cifar-10'),
      recipes: { inkling: recipe },
      measure: async (trained, context) => ({
        metrics: await severalViews(trained, context, { variants: VIEWS, augment: { crop: 1, flip: 0.5 } }),
      }),
    }),
  ],
  published: [
    {
      metric: 'accuracy',
      value: 0.93,
      aim: true,
      note: 'the project’s own aim: 93 % within an hour on two cores, 94 % if it can be',
    },
    {
      metric: 'accuracyViews',
      value: 0.93,
      aim: true,
      note: `the mean over the picture and ${VIEWS} views of it, mirrored and moved`,
    },
  ],
}

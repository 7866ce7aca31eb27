import type { Experiment } from '../experiment.ts'
import { zooRecipe } from '../training.ts'
import { dataset, trainingTrial } from '../trial.ts'

export const cifarFast: Experiment = {
  id: 'cifar-fast',
  paper: 'li-2024',
  title: 'Beyond the papers: CIFAR-10 in a quarter of an hour, after airbench',
  minutes: 25,
  measured: 'CIFAR-10’s 10,000 test pictures after the last epoch on all 50,000',
  trials: [
    trainingTrial({
      model: 'cifar-fast',
      data: dataset('cifar-10'),
      recipes: { inkling: zooRecipe('cifar-fast', 'airbench') },
    }),
  ],
  recipes: ['inkling'],
  published: [
    { metric: 'accuracy', value: 0.93, note: 'the project’s own aim: 93 % within an hour, 94 % if it can be' },
  ],
}

import { bpnnNetwork, type Recipe } from '../../zoo/index.ts'
import type { Experiment } from '../experiment.ts'
import { linesFigure } from '../figures/lines.ts'
import { zooRecipe } from '../training.ts'
import { dataset, trainingTrial } from '../trial.ts'

interface Point {
  hidden: number
  epochs: number
  batch: number
  rate: number
}
const BASE: Point = { hidden: 300, epochs: 20, batch: 128, rate: 1e-3 }
const AXES: { [K in keyof Point]: readonly number[] } = {
  hidden: [30, 100, 300, 1000],
  epochs: [2, 5, 20, 60],
  batch: [32, 128, 512, 2048],
  rate: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2],
}

const points = Object.entries(AXES).flatMap(([axis, values]) =>
  values
    .filter(value => axis === 'hidden' || value !== BASE[axis as keyof Point])
    .map(value => ({ name: `${axis}-${value}`, point: { ...BASE, [axis]: value } })),
)

export const bpnnSweep: Experiment = {
  id: 'bpnn-sweep',
  paper: 'dutta-2022',
  title: 'The back-propagation net over width, epochs, batch and rate: accuracy, time, size',
  minutes: 15,
  measured: `MNIST’s 10,000 test digits after the last epoch; one setting at a time away from ${BASE.hidden} units, ${BASE.epochs} epochs, batch ${BASE.batch}, Adam ${BASE.rate}`,
  trials: points.map(({ name, point: { hidden, epochs, batch, rate } }) => {
    const recipe: Recipe = zooRecipe('mnist-bpnn', 'dutta-2022', {
      ...{ epochs, batch, optimizer: { kind: 'adam', rate }, schedule: { kind: 'constant' } },
      source: 'Dutta 2022 names the settings that it varied, not their values',
    })
    return trainingTrial({
      variant: name,
      model: bpnnNetwork({ hidden })({ inputShape: [28, 28, 1], classes: 10, name: `mnist-bpnn-${hidden}` }),
      data: dataset('mnist'),
      keeps: [],
      recipes: { paper: recipe },
      measure: ({ result }) => ({ metrics: { parameters: result.parameters } }),
    })
  }),
  published: [
    { metric: 'accuracy', better: 'none' },
    { metric: 'parameters', better: 'none', unit: 'number' },
    { metric: 'examplesPerSecond', better: 'none', unit: 'number' },
  ],
  async draw(finished, keep) {
    for (const axis of Object.keys(AXES) as (keyof Point)[]) {
      const own = finished.filter(f => f.seed === 0 && (f.variant.startsWith(`${axis}-`) || f.variant === 'hidden-300'))
      const at = (variant: string) =>
        variant.startsWith(`${axis}-`) ? Number(variant.slice(axis.length + 1)) : BASE[axis]
      if (own.length < 2) continue
      const points = own.map(f => [at(f.variant), 100 * f.metrics.accuracy] as const).sort((a, b) => a[0] - b[0])
      await keep(
        axis,
        linesFigure([{ name: 'accuracy', points }], {
          ...{ name: axis, description: `Test accuracy over ${axis}`, x: axis, y: 'test accuracy (%)', logX: true },
        }),
      )
    }
  },
}

import type { Experiment } from '../experiment.ts'
import { linesFigure } from '../figures/lines.ts'
import { oneCycle } from '../recipes.ts'
import { dataset, trainingTrial } from '../trial.ts'

/** Weight layers of each net. */
export const DEPTHS = { 'mnist-vgg-a': 11, 'mnist-vgg-b': 13, 'mnist-vgg': 16, 'mnist-vgg-e': 19, 'mnist-resnet': 18 }

export const depthStudy: Experiment = {
  id: 'depth-study',
  paper: 'xu-2022',
  title: '"The influence of network depth": VGG columns A, B, D, E and a residual twin at 28x28',
  minutes: 30,
  measured:
    'MNIST’s 10,000 test digits after 3 epochs in one cycle on all 60,000; all nets at a quarter of their width',
  trials: Object.entries(DEPTHS).map(([model, depth]) =>
    trainingTrial({
      variant: model.slice('mnist-'.length),
      model,
      data: dataset('mnist'),
      keeps: [],
      recipes: { paper: oneCycle(3, 3e-3) },
      measure: ({ result }) => ({ metrics: { depth, parameters: result.parameters } }),
    }),
  ),
  published: [
    { metric: 'accuracy', note: 'a next step of the paper, without a figure' },
    { metric: 'depth', better: 'none', unit: 'number' },
    { metric: 'parameters', better: 'none', unit: 'number' },
  ],
  async draw(finished, keep) {
    const of = (residual: boolean) => ({
      name: residual ? 'ResNet' : 'VGG',
      points: finished
        .filter(f => f.variant.startsWith('resnet') === residual)
        .map(f => [f.metrics.depth, 100 * f.metrics.accuracy] as const)
        .sort((a, b) => a[0] - b[0]),
    })
    const series = [of(false), of(true)].filter(s => s.points.length > 0)
    if (series.length === 0) return
    await keep(
      'depth',
      linesFigure(series, {
        name: 'depth',
        description: 'Accuracy against depth, every seed a point',
        x: 'weight layers',
        y: 'test accuracy (%)',
        dots: true,
      }),
    )
  },
}

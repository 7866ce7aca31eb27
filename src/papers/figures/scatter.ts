import { type Dataset, labelAt } from '../../data/dataset.ts'
import { scatterChart } from '../../report/charts/scatter.ts'
import type { DrawnFigure } from '../experiment.ts'
import { standalone } from './svg.ts'

/** Examples in the plane, coloured by their true class. */
export function scatterFigure(
  points: Float32Array,
  positions: ArrayLike<number>,
  dataset: Dataset,
  axes: string,
): DrawnFigure {
  const labels = Array.from(positions, i => labelAt(dataset, i))
  const { classes } = dataset
  const svg = scatterChart(points, labels, {
    name: 'scatter',
    description: `${dataset.name} in the plane by ${axes}, coloured by class`,
    names: classes,
  })
  const csv = [
    ['example', 'class', 'x', 'y'],
    ...labels.map((k, i) => [positions[i], classes[k], points[2 * i], points[2 * i + 1]]),
  ]
  return { svg: standalone(svg), csv }
}

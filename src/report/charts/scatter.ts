import * as Plot from '@observablehq/plot'
import { type ChartFrame, draw } from './draw.ts'

/** Ten hues that are told apart on light and dark alike (after Tableau 10, in OKLCH so that all are equally light). */
export const GROUP_COLOURS = [255, 45, 150, 25, 195, 95, 330, 290, 120, 225].map(
  (hue, i) => `light-dark(oklch(${i === 5 ? 0.62 : 0.54} 0.15 ${hue}), oklch(${i === 5 ? 0.84 : 0.76} 0.13 ${hue}))`,
)

/** The colour of a group; beyond ten they come again. */
export const groupColour = (group: number) => GROUP_COLOURS[group % GROUP_COLOURS.length]

export interface ScatterOptions extends ChartFrame {
  /** What each group is called, in the middle of its points. */
  names: readonly string[]
  /** Said for each point: 'example 12, a 7'. */
  tip?: (point: number) => string
}

/** Points in the plane, coloured by group; the group's name stands at its middle (the median of each axis). */
export function scatterChart(points: Float32Array, groups: ArrayLike<number>, options: ScatterOptions): string {
  const { names, tip } = options
  const dots = Array.from({ length: groups.length }, (_, i) => ({
    x: points[2 * i],
    y: points[2 * i + 1],
    fill: groupColour(groups[i]),
    title: tip?.(i),
  }))
  const middles = names.flatMap((name, group) => {
    const own = dots.filter((_, i) => groups[i] === group)
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
    return own.length === 0 ? [] : [{ name, x: median(own.map(d => d.x)), y: median(own.map(d => d.y)) }]
  })
  return draw(options, {
    width: 520,
    height: 440,
    margin: 12,
    x: { axis: null },
    y: { axis: null },
    color: { type: 'identity' },
    marks: [
      Plot.dot(dots, {
        x: 'x',
        y: 'y',
        fill: 'fill',
        r: dots.length > 800 ? 1.9 : 2.8,
        fillOpacity: 0.8,
        title: 'title',
      }),
      Plot.text(middles, {
        ...{ x: 'x', y: 'y', text: 'name', fontSize: 17, fontWeight: 700 },
        ...{ fill: 'var(--ink)', stroke: 'var(--surface)', strokeWidth: 5, pointerEvents: 'none' },
      }),
    ],
  })
}

import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { draw, useDocument } from '../src/report/charts/draw.ts'
import { chartTheme } from '../src/report/charts/theme.ts'

export interface Curve {
  name: string
  points: { x: number; y: number }[]
}

const colours = ['var(--accent)', 'var(--series-1)', 'var(--series-3)']

/** Milliseconds of a step over something, as an SVG file of its own, light and dark. */
export async function scaleChart(
  curves: readonly Curve[],
  { name, axis, logarithmic }: { name: string; axis: string; logarithmic: boolean },
): Promise<string> {
  useDocument(parseHTML('<html><body></body></html>').document as unknown as Document)
  const xs = [...new Set(curves.flatMap(c => c.points.map(p => p.x)))].sort((a, b) => a - b)
  const scale = logarithmic ? ({ type: 'log', base: 2 } as const) : {}
  const svg = draw(
    { name, description: `Milliseconds of a training step over ${axis}: ${curves.map(c => c.name).join(', ')}` },
    {
      ...{ width: 660, height: 320, marginRight: 150, marginLeft: 56, marginBottom: 40 },
      x: { ...scale, label: axis, labelArrow: 'none', ticks: xs, tickFormat: (d: number) => String(d), tickSize: 0 },
      y: {
        ...{ label: 'ms a step', labelArrow: 'none', tickSize: 0, grid: true, ticks: 5 },
        ...(logarithmic ? { type: 'log', tickFormat: (d: number) => String(d) } : { domain: [0, highest(curves)] }),
      },
      marks: curves.flatMap(({ name: series, points }, i) => {
        const stroke = colours[i % colours.length]
        const last = points[points.length - 1]
        return [
          Plot.line(points, { x: 'x', y: 'y', stroke, strokeWidth: 2 }),
          Plot.dot(points, { x: 'x', y: 'y', fill: stroke, r: 2.5 }),
          Plot.text([last], { x: 'x', y: 'y', text: () => series, dx: 8, textAnchor: 'start', fill: stroke }),
        ]
      }),
    },
  )
  const style = `<style>${chartTheme} svg { background: var(--surface) }</style>`
  const open = svg.indexOf('>') + 1
  const attributes = svg.includes('xmlns=') ? '' : ' xmlns="http://www.w3.org/2000/svg"'
  return `${svg.slice(0, open).replace('<svg', `<svg${attributes}`)}${style}${svg.slice(open)}\n`
}

const highest = (curves: readonly Curve[]) => 1.1 * Math.max(...curves.flatMap(c => c.points.map(p => p.y)))

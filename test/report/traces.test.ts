import { expect, test } from 'vitest'
import { createDataset } from '../../src/data/dataset.ts'
import { collectExamples } from '../../src/report/examples.ts'
import { renderReport } from '../../src/report/report.ts'
import { drawTraces } from '../../src/report/traces.ts'
import { madeReport } from './made.ts'

/** The points of the paths of one signal: [channel][point][x, y]. */
function pointsOf(shapes: string, i: number): number[][][] {
  const group = shapes.split(`<g id="trace-${i}">`)[1].split('</g>')[0]
  return [...group.matchAll(/ d="M([^"]+)"/g)].map(([, path]) =>
    path.split('L').map(point => point.split(' ').map(Number)),
  )
}

test('a short signal is drawn sample by sample, channels in units of their own', () => {
  // The second channel is the first in other units and elsewhere.
  const values = [0, 0, 0, -1, 1].flatMap(v => [v, 1000 * v + 7])
  const { shapes, trace } = drawTraces(Float32Array.from(values), 1, [5, 2])
  const [one, other] = pointsOf(shapes.text, 0)
  expect(one.map(([x]) => x)).toEqual([0, 32, 64, 96, 128])
  expect(other).toEqual(one)
  // Their mean is 0 and lies in the middle; 1 lies above, -1 as far below.
  expect(one[0][1]).toBe(22)
  expect(one[4][1]).toBeLessThan(22)
  expect(one[3][1] - 22).toBeCloseTo(22 - one[4][1], 1)
  expect(trace(0).text).toContain('href="#trace-0"')
})

test('of a long signal no spike is lost', () => {
  const values = new Float32Array(10_000)
  values[6543] = 1
  values[6544] = -1
  const [points] = pointsOf(drawTraces(values, 1, [10_000, 1]).shapes.text, 0)
  expect(points.length).toBe(128)
  const levels = points.map(([, y]) => y)
  // Cut at the edges, in this order, at their place.
  expect([Math.min(...levels), Math.max(...levels)]).toEqual([0, 44])
  expect(levels.indexOf(44) - levels.indexOf(0)).toBe(1)
  expect(points[levels.indexOf(0)][0]).toBeCloseTo((6543 / 9999) * 128, 0)
})

test('a report shows signals in place of pictures, named by their files', () => {
  const features = Float32Array.from({ length: 6 * 40 * 2 }, (_, i) => Math.sin(i / 3))
  const dataset = createDataset({
    ...{ name: 'waves', shape: [40, 2], classes: ['a', 'b', 'c'], features, labels: [0, 1, 2, 0, 1, 2] },
  })
  const probabilities = Float32Array.from({ length: 18 }, (_, i) =>
    i % 3 === (i < 9 ? Math.floor(i / 3) : 0) ? 0.8 : 0.1,
  )
  const examples = collectExamples(dataset, probabilities, { nameOf: i => `wave${i}.csv:0` })
  expect(examples?.pictures).toBeUndefined()
  expect(examples?.items.length).toBe(6)
  const page = renderReport({ ...madeReport({ classes: ['a', 'b', 'c'], n: 6 }), examples })
  expect(page.match(/<g id="trace-\d+">/g)?.length).toBe(6)
  expect(page).toContain('Choose a cell to see its signals.')
  expect(page.match(/data-tip="wave\d\.csv:0: /g)?.length).toBeGreaterThan(3)
})

import { expect, test } from 'vitest'
import type { DrawnFigure, Finished } from '../../src/papers/experiment.ts'
import { withLegend } from '../../src/papers/figures/legend.ts'
import { linesFigure } from '../../src/papers/figures/lines.ts'
import { pictureGrid } from '../../src/papers/figures/pictures.ts'
import { usualFigures } from '../../src/papers/figures/training.ts'
import { recordsFigure } from '../../src/papers/li2024/recordsFigure.ts'

test('a legend stands below the chart, which grows by its lines', () => {
  const chart = '<svg viewBox="0 0 200 100" width="200" height="100"><path d="M0 0"/></svg>'
  const entry = (name: string) => ({ name, colour: 'red', mark: 'line' as const })
  expect(withLegend(chart, [entry('one')])).toMatch(
    /^<svg viewBox="0 0 200 126" width="200" height="126"><path d="M0 0"\/><g>/,
  )
  const two = withLegend(chart, [entry('the first of two <lines>'), entry('the second')])
  expect(two).toContain('viewBox="0 0 200 146"')
  expect(two).toContain('the first of two &lt;lines&gt;</text>')
  // Each begins at the left: they don't fit beside each other.
  expect(two.match(/<path d="M8 \d+h18"/g)).toEqual(['<path d="M8 112h18"', '<path d="M8 132h18"'])
})

test('whole numbers of an axis are not rounded', () => {
  const points = [32, 2048].map(x => [x, x] as const)
  const { svg } = linesFigure([{ name: 'a', points }], { name: 'n', description: 'd', x: 'batch', y: 'y', logX: true })
  expect(svg).toContain('>2048<')
})

test.each([1, 7])('the names of lines that end together stand apart, inside the chart: %i starts', starts => {
  for (const count of [3, 12, 30]) {
    const series = Array.from({ length: count }, (_, i) => ({
      name: `line-${i}`,
      points: [[0, starts === 1 ? 9 : i % starts] as const, [1, 9] as const],
    }))
    const { svg } = linesFigure(series, { name: 'n', description: 'd', x: 'x', y: 'y' })
    const places = [...svg.matchAll(/translate\([\d.]+,([-\d.]+)\)"[^>]*>line-/g)]
      .map(([, y]) => Number(y))
      .sort((a, b) => a - b)
    expect(places).toHaveLength(count)
    expect(places[0]).toBeGreaterThan(10)
    expect(places[count - 1]).toBeLessThan(250)
    for (let i = 1; i < count; i++) expect(places[i] - places[i - 1]).toBeGreaterThan(count > 12 ? 5 : 12)
  }
})

test('a net without answers has no curve of right ones', async () => {
  const drawn: Record<string, DrawnFigure> = {}
  const finished = (accuracy: number) =>
    ({ history: [1, 2].map(epoch => ({ epoch, loss: 1 / epoch, accuracy, rate: 1e-3 })) }) as unknown as Finished
  const keep = async (name: string, figure: DrawnFigure) => void (drawn[name] = figure)
  await usualFigures('autoencoder', finished(0), keep)
  expect(Object.keys(drawn)).toEqual(['loss'])
  await usualFigures('classifier', finished(0.5), keep)
  expect(Object.keys(drawn)).toEqual(['loss', 'accuracy'])
  expect(drawn.loss.csv).toEqual([
    ['series', 'epoch', 'loss'],
    ['training', 1, 1],
    ['training', 2, 0.5],
  ])
})

test('a picture beside a grid moves it to the right', () => {
  const grid = { pictures: new Uint8Array(2 * 16), shape: [4, 4, 1], columns: 2, description: 'maps' }
  const beside = { picture: new Uint8Array(64), shape: [8, 8, 1], caption: 'seven' }
  expect(pictureGrid(grid).match(/<image x="\d+"/g)).toEqual(['<image x="0"', '<image x="62"'])
  const both = pictureGrid({ ...grid, beside })
  expect(both.match(/<image x="\d+"/g)).toEqual(['<image x="0"', '<image x="74"', '<image x="136"'])
  expect(both).toContain('>seven</text>')
})

test('records: sensitivity and positive predictivity of each class, nothing where there is none', () => {
  // 8 of 10 N right, one read as V and one as S; the one S is read as N; V: 3 of 3.
  const confusion = [
    [8, 1, 1, 0, 0],
    [1, 0, 0, 0, 0],
    [0, 0, 3, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]
  const { csv, svg } = recordsFigure([{ record: '232', beats: 14, accuracy: 11 / 14, confusion }], 'ecg-lstm')
  expect(csv[0]).toEqual(['record', 'beats', 'right', 'Se N', '+P N', 'Se S', '+P S', 'Se V', '+P V', 'Se F', '+P F'])
  expect(csv[1]).toEqual(['232', 14, 11 / 14, 0.8, 8 / 9, 0, 0, 1, 0.75, null, null])
  expect(svg).toContain('>88.9</text>')
})

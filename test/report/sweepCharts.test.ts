import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { useDocument } from '../../src/report/charts/draw.ts'
import { axisChart, courseChart, type SweepTrial } from '../../src/report/charts/sweep.ts'

useDocument(parseHTML('<html></html>').document as unknown as Document)

const trial = (id: string, accuracy: number, best = false): SweepTrial => ({
  ...{
    id,
    name: `lr ${id}`,
    values: { lr: Number(id) },
    state: 'finished',
    course: [accuracy, accuracy],
    accuracy,
    best,
  },
})
const frame = { name: 'sweep', description: 'a sweep' }
/** What stands beside the axes. */
const labels = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, text]) => text)

test('a sweep whose trials all read the same has an axis around it, of round numbers', () => {
  for (const accuracy of [0, 0.02, 0.5, 1]) {
    const trials = [trial('1', accuracy, true), trial('2', accuracy)]
    for (const svg of [axisChart(trials, 'lr', frame), courseChart(trials, [2], frame)]) {
      expect(svg).not.toMatch(/NaN|undefined/)
      const marks = labels(svg).filter(text => /^-?[\d.]+$/.test(text))
      expect(marks.length).toBeGreaterThan(2)
      for (const mark of marks) expect(mark.length).toBeLessThan(6)
      for (const mark of marks) expect(Number(mark)).toBeLessThanOrEqual(100)
    }
  }
})

test('trials that differ fill the axis', () => {
  const svg = axisChart([trial('1', 0.9, true), trial('2', 0.8)], 'lr', frame)
  expect(labels(svg)).toEqual(expect.arrayContaining(['80', '90', 'lr']))
})

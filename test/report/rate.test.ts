import { expect, test } from 'vitest'
import { renderReport } from '../../src/report/report.ts'
import { ratesOf } from '../../src/training/rateCurve.ts'
import { madeReport } from './made.ts'

const sweep = { from: 1e-7, to: 10, steps: 100 }
const losses = ratesOf(sweep)
  .map(rate => 2.3 - 0.4 * Math.max(0, Math.log10(rate) + 4) + rate ** 2)
  .slice(0, 96)

test('the range test is a section of its own, with the rate that was taken', () => {
  const page = renderReport({ ...madeReport(), rateTest: { rate: 0.017, ...sweep, losses } })
  const section = page.slice(page.indexOf('id="rate"'), page.indexOf('id="mixups"'))
  expect(section).toContain('learned from 96 batches')
  expect(section).toContain('96 of 100: then the loss ran away')
  expect(section).toContain('<td>0.017</td>')
  expect(section).toMatch(/<svg[^>]* aria-label="Loss of 96 batches at rates from 1e-7 to 10; 0.017 was taken"/)
  // One dot a batch, drawn and to be pointed at, and the one taken; losses far above the start are left out.
  const drawn = losses.filter(loss => loss < 3).length
  const dots = section.match(/<circle/g)?.length as number
  expect(dots).toBeLessThanOrEqual(2 * 96 + 1)
  expect(dots).toBeGreaterThanOrEqual(2 * (drawn - 3) + 1)
})

test('a run with a given rate has no such section', () => {
  expect(renderReport(madeReport())).not.toContain('id="rate"')
})

import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { renderFolds } from '../../src/report/folds.ts'
import type { FoldsFacts } from '../../src/training/foldsResult.ts'
import { findChromium, launchChromium } from './browser.ts'
import { hostileNames } from './made.ts'

const accuracies = [0.93, 0.9667, 1]
const made: FoldsFacts = {
  run: 'runs/a & b',
  folds: accuracies.map((accuracy, i) => ({
    fold: i + 1,
    run: `runs/a & b/fold-${i + 1}`,
    train: { accuracy: 0.99, loss: 0.1 },
    validation: { accuracy, loss: 0.2 },
    epochs: 4,
    keptEpoch: 4,
    seconds: 1.5,
    weightsSha256: 'x',
  })),
  mean: 0.9656,
  std: 0.035,
  baselines: [{ name: 'linear', mean: 0.9, std: 0.01 }],
  model: 'table-mlp',
  data: 'iris.csv',
  task: 'table',
  classes: hostileNames.slice(0, 3),
  parameters: 2499,
  seconds: 4.5,
  warnings: ['These are made up.'],
  startedAt: '2026-11-21T09:12:44Z',
  seed: 7,
  examples: 150,
  confusion: [
    [50, 0, 0],
    [1, 47, 2],
    [0, 2, 48],
  ],
  histories: accuracies.map(accuracy => [
    { epoch: 1, loss: 1, accuracy, validationLoss: 1, learningRate: 1e-3, seconds: 1, examplesPerSecond: 100 },
    {
      epoch: 2,
      loss: 0.5,
      accuracy,
      validationLoss: 1 - accuracy,
      learningRate: 1e-3,
      seconds: 1,
      examplesPerSecond: 100,
    },
  ]),
  settings: { optimizer: { kind: 'adam', rate: 1e-3 } },
}

test('the folds beside each other, their mean and spread, all mistakes together', () => {
  const page = renderFolds(made)
  expect(page).toContain('<p class="big">96.6<small>%</small></p>')
  expect(page).toMatch(/± 3\.5\u00a0%: mean and standard deviation of the accuracy on 3 folds/)
  expect(page).toMatch(/5 of 150 misread/)
  expect(page).toContain('<a href="fold-2/report.html">fold-2</a>')
  expect(page).toContain('optimizer.')
  expect(page).not.toContain(hostileNames[0])
  expect(page.indexOf('span class="num">2<')).toBeLessThan(page.indexOf('span class="num">1<'))
  expect(renderFolds(made)).toBe(page)
})

const chromium = findChromium()
test.skipIf(!chromium)(
  'is read in a browser, wide and narrow, light and dark, without a flaw that axe finds',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'inkling-folds-page-'))
    const browser = await launchChromium(chromium!)
    try {
      await writeFile(join(dir, 'report.html'), renderFolds(made))
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
      for (const width of [1280, 390])
        for (const colorScheme of ['light', 'dark'] as const) {
          const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
          const troubles: string[] = []
          page.on('pageerror', error => troubles.push(error.message))
          page.on('dialog', dialog => dialog.dismiss().then(() => troubles.push('dialog')))
          await page.goto(pathToFileURL(join(dir, 'report.html')).href)
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
          await page.evaluate(axe)
          // biome-ignore lint/suspicious/noExplicitAny: axe puts itself on the window
          const { violations } = await page.evaluate(() => (window as any).axe.run())
          expect(violations.map((one: { id: string }) => one.id)).toEqual([])
          expect(troubles).toEqual([])
          await page.close()
        }
    } finally {
      await browser.close()
      await rm(dir, { recursive: true, force: true })
    }
  },
)

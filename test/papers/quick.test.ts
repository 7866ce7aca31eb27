import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { experiments } from '../../src/papers/registry.ts'
import { inkling, withoutData } from '../cli/inkling.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-quick-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the list names every experiment', () => {
  const { experiments: listed } = inkling(['reproduce', '--list', '--json']).object()
  expect(listed.map((e: { id: string }) => e.id)).toEqual(experiments.map(e => e.id))
  expect(listed[0]).toEqual({
    id: 'cifar-cnn',
    paper: 'li-2024',
    title: expect.any(String),
    minutes: expect.any(Number),
  })
})

test('an unknown name is wrong usage and suggests the nearest', () => {
  const answer = inkling(['reproduce', 'kagle-cnn'])
  expect(answer.status).toBe(2)
  expect(answer.stderr).toContain('Did you mean kaggle-cnn?')
})

test('the page says what is not measured yet', () => {
  const page = join(folder, 'empty.md')
  expect(inkling(['reproduce', '--write', page, '--out', folder]).status).toBe(0)
  const text = readFileSync(page, 'utf8')
  expect(text).toContain('0 of 0 by the paper’s recipe and 0 of 0 by Inkling’s reach the printed one')
  for (const { id } of experiments) expect(text).toContain(`### \`${id}\``)
})

/** The figures that the papers have, by experiment. */
const FIGURES = {
  'kaggle-cnn': [
    'distribution',
    'samples',
    'loss',
    'accuracy',
    'confusion',
    'misclassified',
    'maps-conv2d_1',
    'maps-maxPool2d_1',
  ],
  'mnist-cnn-688k': ['loss', 'accuracy', 'confusion', 'predicted'],
  'glyph-linear': [
    'paper-framing-adam-classes',
    'paper-framing-adam-distribution',
    'paper-framing-adam-weights',
    'paper-framing-adam-confusion',
    'paper-framing-all-loss',
  ],
  'glyph-batch-sweep': ['all-accuracy', 'all-loss'],
  'glyph-cnn': [
    'paper-framing-average-filters',
    'paper-framing-average-answers',
    'paper-framing-average-confusion',
    'paper-framing-all-accuracy',
  ],
  'glyph-cascade': ['honest-framing-confusion'],
  'compare-rnn': ['samples', 'distribution', 'roc', 'accuracy', 'loss'],
  'cifar-densenet': ['growth-32-accuracy', 'growth-32-confusion'],
  'ecg-lstm': ['reading-a-random-structure', 'all-accuracy', 'aami-patients-records', 'intervals-patients-records'],
  'mnist-autoencoder': ['psnr', 'ssim', 'dense-32-pictures'],
  'digits-clustering': [
    'kmeans-pixels-map',
    'kmeans-pixels-principal-components',
    'kmeans-features-map',
    'kmeans-features-principal-components',
  ],
  'depth-study': ['depth'],
}

/** Of a few hundred examples each: the real ones where they are at hand, else what the program makes itself. */
const real = Boolean(process.env.INKLING_DATA)

test('everything runs on a few hundred examples: rows, figures, page', { timeout: 900_000 }, () => {
  const env = real ? {} : withoutData(folder)
  const answer = inkling(['reproduce', '--quick', '--json', '--out', folder, '--work', join(folder, 'work')], { env })
  expect(answer.status, answer.stderr.slice(-2000)).toBe(0)
  const { rows } = answer.object()
  const measured = new Set(rows.map((r: { id: string }) => r.id))
  expect(experiments.map(e => e.id).filter(id => !measured.has(id))).toEqual([])
  for (const row of rows) {
    expect(typeof row.measured, `${row.id} ${row.metric}`).toBe('number')
    expect(['paper', 'inkling']).toContain(row.recipe)
  }
  for (const [id, names] of Object.entries(FIGURES))
    for (const name of names)
      for (const ending of ['svg', 'csv'])
        expect(existsSync(join(folder, 'quick', 'figures', id, `${name}.${ending}`)), `${id} ${name}.${ending}`).toBe(
          true,
        )
  const page = join(folder, 'page.md')
  expect(inkling(['reproduce', '--quick', '--write', page, '--out', folder], { env }).status).toBe(0)
  const text = readFileSync(page, 'utf8')
  // What is claimed of MNIST itself cannot be seen in what stands in for it, and PyTorch is not on every machine.
  const withoutTorch = answer.stderr.includes('no python3 with torch and numpy is here')
  const ours = withoutTorch ? text.replace(/\*\*PyTorch beside Inkling:\*\*.*?ten\s+epochs\./s, '') : text
  const unmeasured = ours.split('\n').filter(line => line.includes('not measured yet'))
  expect(unmeasured.filter(line => real || !line.startsWith('| MNIST’s classes'))).toEqual([])
  if (real) {
    expect(text).not.toContain(process.env.INKLING_DATA as string)
    expect(text).toContain('train-images-idx3-ubyte')
  } else {
    // Each set is told of once, and nobody takes the page for results.
    for (const name of ['mnist', 'cifar-10', 'mitdb', 'glyphs'])
      expect(answer.stderr.split(`${name} was not found: `)).toHaveLength(2)
    expect(text).toContain('stands in, made by the program; the figures mean nothing')
  }
})

test('without data and without --quick it is said how to get them', () => {
  const none = mkdtempSync(join(tmpdir(), 'inkling-none-'))
  const answer = inkling(['reproduce', 'cifar-cnn', '--out', none, '--work', none], { env: withoutData(none) })
  expect(answer.status).toBe(1)
  expect(answer.stderr).toMatch(/cifar-10 was not found[\s\S]*inkling data fetch cifar-10/)
  rmSync(none, { recursive: true, force: true })
})

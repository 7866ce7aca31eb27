import { expect, test } from 'vitest'
import { claims } from '../../src/papers/claims.ts'
import type { Finished } from '../../src/papers/experiment.ts'
import { lookAt } from '../../src/papers/look.ts'
import { numberText } from '../../src/papers/numberText.ts'
import { papers } from '../../src/papers/papers.ts'
import { experiments } from '../../src/papers/registry.ts'
import { keepFinished } from '../../src/papers/store.ts'
import { verdict } from '../../src/papers/verdict.ts'
import { wrapped } from '../../src/papers/wrap.ts'
import { temporaryFolder } from '../data/folder.ts'

type Given = Record<string, { variant?: string; recipe?: 'paper' | 'inkling'; [metric: string]: unknown }[]>

/** What the texts see when these trials are finished. */
async function lookWith(given: Given) {
  const folder = temporaryFolder()
  for (const [id, trials] of Object.entries(given))
    for (const { variant = '', recipe = 'paper', details, ...metrics } of trials) {
      const experiment = experiments.find(e => e.id === id)
      if (!experiment) throw new Error(id)
      const one = { variant, recipe, seed: 0, quick: false, seconds: 10, metrics, details } as unknown as Finished
      await keepFinished(folder, experiment, one)
    }
  return await lookAt(folder, experiments)
}

const textOf = (id: string, look: Awaited<ReturnType<typeof lookWith>>) =>
  wrapped(papers.find(p => p.id === id)?.text(look) ?? '').replaceAll('\n', ' ')
const claimOf = (words: string, look: Awaited<ReturnType<typeof lookWith>>) =>
  claims.find(c => c.claim.includes(words))?.found(look, experiments)

test('without figures nothing is concluded, and every text and claim still reads', async () => {
  const look = await lookWith({})
  for (const { id } of papers) expect(textOf(id, look)).not.toMatch(/undefined|NaN|,{2}/)
  expect(claims).toHaveLength(9)
  expect(textOf('mnist-report', look)).not.toContain('mirrored')
  expect(claimOf('average pooling', look)).toMatch(
    /framed alike \(not measured yet\) and \(not measured yet\) with average/,
  )
  expect(claimOf('batch size', look)).toMatch(/^the linear model has \(not measured yet\)/)
})

test('conclusions follow the figures, whichever way these fall', async () => {
  const flips = async (value: number) =>
    textOf(
      'mnist-report',
      await lookWith({
        'augmentation-ablation': [
          { variant: 'none', accuracy: 0.992 },
          { variant: 'flips', accuracy: 0.991 },
          { variant: 'rotation-zoom-shift', accuracy: 0.992 },
          { variant: 'all', accuracy: value },
        ],
      }),
    )
  expect(await flips(0.98)).toContain(
    'flips alone 99.10 %, flips added to the strong ones 98.00 %: a mirrored digit is no digit, and xu-2022, which forbids flips, is right',
  )
  expect(await flips(0.995)).toContain('strong ones 99.50 %: against what xu-2022 says')
  expect(await flips(0.992)).toContain('strong ones 99.20 %: flips make no difference here')

  const pools = async (max: number) =>
    claimOf(
      'average pooling',
      await lookWith({
        'glyph-cnn': [
          { variant: 'paper-framing-average', zeroReadAsO: 0.06, oReadAsZero: 0.1 },
          { variant: 'paper-framing-average', recipe: 'inkling', zeroReadAsO: 0.5, oReadAsZero: 0.5 },
          { variant: 'paper-framing-max', recipe: 'inkling', zeroReadAsO: 0.1, oReadAsZero: 0.1 },
          { variant: 'paper-framing-max', zeroReadAsO: max, oReadAsZero: 0.1 },
        ],
      }),
    )
  expect(await pools(0.16)).toContain(
    'framing 6.00 % and 10.00 % with average, 16.00 % and 10.00 % with max pools (yes); framed alike',
  )
  expect(await pools(0.001)).toMatch(/max pools \(no difference that 400 of them could show\);/)
  // Of 400 zeros and Os: twice the standard error of the difference between 8 % and 12 % is 4.2 points.
  expect(await pools(0.14)).toMatch(/max pools \(no difference/)
  expect(await pools(0.5)).toMatch(/^Not always\. .*max pools \(yes\).*By Inkling’s.*max pools \(no\)/)
})

test('the recommendation names the net with the fewest errors, and what it costs', async () => {
  const look = await lookWith({
    'compare-cnn': [{ recipe: 'inkling', accuracy: 0.993 }, { accuracy: 0.5 }],
    'compare-rnn': [{ recipe: 'inkling', accuracy: 0.972 }],
    'compare-mlp': [{ recipe: 'inkling', accuracy: 0.979 }],
  })
  expect(textOf('mnist-report', look)).toContain(
    'CNN 70 errors in 10,000 with 225,034 parameters after 10 s of training, MLP 210 errors in 10,000',
  )
  expect(textOf('mnist-report', look)).toContain('The CNN for pictures: the next best errs 3.0 times as often.')
})

test('figures are of the recipe that an experiment is measured with, and noise is called so', async () => {
  const look = await lookWith({
    'mnist-cnn-688k-rmsprop': [{ recipe: 'inkling', accuracy: 0.99 }],
    'cifar-cnn': [{ accuracy: 0.8 }, { recipe: 'inkling', accuracy: 0.9 }],
    'glyph-linear': [{ variant: 'paper-framing-logits', recipe: 'inkling', accuracy: 0.79 }],
  })
  expect(look.value('mnist-cnn-688k-rmsprop', 'accuracy')).toBeUndefined()
  expect(look.value('cifar-cnn', 'accuracy')).toBe(0.9)
  expect(look.value('glyph-linear', 'accuracy', { variant: 'paper-framing-logits' })).toBe(0.79)
  const words = { more: 'more', less: 'less', same: 'same' }
  const against = (recipe: 'paper' | 'inkling', of?: number) =>
    look.compare(['cifar-cnn', 'accuracy'], ['cifar-cnn', 'accuracy', { recipe }], words, of)
  expect([against('paper'), against('inkling'), against('paper', 50)]).toEqual(['more', 'same', 'same'])
})

test('the best is named with all that cannot be told from it', async () => {
  const look = await lookWith({
    'normalisation-sweep': [
      { variant: 'mlp-unit', accuracy: 0.95 },
      { variant: 'mlp-signed', accuracy: 0.951 },
      { variant: 'mlp-binary', accuracy: 0.9 },
    ],
  })
  const variants = ['mlp-binary', 'mlp-unit', 'mlp-signed', 'mlp-standardise']
  expect(look.best('normalisation-sweep', 'accuracy', variants)).toEqual(['mlp-signed', 'mlp-unit'])
  expect(look.best('normalisation-sweep', 'accuracy', ['mlp-standardise'])).toEqual([])
  expect(textOf('fatov-2024', look)).toContain(
    'for the dense net -1 to 1 (95.10 %), not to be told from 0 to 1 (95.00 %)',
  )
})

test('numbers: whole ones as they are, an area near 1 not as 1', () => {
  expect([613_210, 1, 0.99997, 0.62413, 1771.84, -0.00005533].map(numberText)).toEqual([
    ...['613210', '1', '0.99997', '0.6241', '1772', '-0.00005533'],
  ])
})

test('confusions are counted from the first seed', async () => {
  const details = {
    classes: ['0', '1', '2'],
    confusion: [
      [8, 0, 2],
      [1, 9, 0],
      [0, 5, 5],
    ],
  }
  const look = await lookWith({ 'kaggle-cnn': [{ accuracy: 0.7, details }] })
  expect(look.confusions('kaggle-cnn', 2)).toBe('2 as 1 (5), 0 as 2 (2)')
})

test('verdicts', () => {
  const words = { more: 'more', less: 'less', same: 'same' }
  expect([
    verdict(2, 1, words),
    verdict(1, 2, words),
    verdict(1, 1.001, words, 0.01),
    verdict(undefined, 1, words),
  ]).toEqual([...['more', 'less', 'same', '']])
  expect(verdict(1, 1.001, { more: 'more', less: 'less' })).toBe('less')
})

test('wrapped lines never begin a list or a heading by accident', () => {
  expect(wrapped('aaa bbb\nccc\n\nddd', 7)).toBe('aaa bbb\nccc\n\nddd')
  expect(wrapped('(aaaa - bbbb) in epoch 12. # cc', 6)).toBe('(aaaa -\nbbbb)\nin\nepoch 12. #\ncc')
})

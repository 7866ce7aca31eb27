import { decode } from 'fast-png'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { chooseExamples } from '../../src/report/examples.ts'
import { area, count, duration, percent, percentDigits, plural, shorten } from '../../src/report/format.ts'
import { html, trusted } from '../../src/report/html.ts'
import { renderReport } from '../../src/report/report.ts'
import { sprite } from '../../src/report/sprite.ts'
import type { ReportInput } from '../../src/report/types.ts'
import { hostileNames, madeReport } from './made.ts'

/** What missing values look like where nobody thought of them. */
const nonsense = (out: string) =>
  out.replace(/<script>.*?<\/script>/s, '').match(/.{0,60}(\bNaN\b|\bundefined\b|\bInfinity\b|\[object).{0,20}/)

const page = (input: ReportInput) => parseHTML(renderReport(input)).document

describe('the page', () => {
  const input = madeReport()
  const document = page(input)
  const text = document.body.textContent.replace(/\s+/g, ' ')

  test('tells the accuracy, its interval and how many were wrong', () => {
    const { accuracy, accuracyInterval, count: n } = input.evaluation
    expect(text).toContain(`${(accuracy * 100).toFixed(2)}%`)
    expect(text).toContain(`of ${count(n)} test examples read correctly: ${n - Math.round(n * accuracy)} mistakes`)
    const held = page({ ...input, data: { ...input.data, part: 'validation' } }).body.textContent
    expect(held).toContain(`of ${count(n)} held-out examples read`)
    expect(text).toContain(`95 % interval ${(accuracyInterval.low * 100).toFixed(2)} to`)
  })

  test('shows warnings, layers, settings and environment', () => {
    for (const part of [
      'These pictures are noise.',
      '12 × 12 × 8',
      '11,610 parameters',
      'optimizer.name',
      'adam',
      'v26',
    ]) {
      expect(text).toContain(part)
    }
  })

  test('has every chart, described', () => {
    const charts = [...document.querySelectorAll('svg.chart')].map(svg => svg.getAttribute('aria-label'))
    expect(charts).toHaveLength(6)
    expect(charts.every(label => label && label.length > 20)).toBe(true)
  })

  test('has as many linked cells in the matrix as there are kinds of examples shown, each with its pictures', () => {
    const links = [...document.querySelectorAll('svg a')].map(a => a.getAttribute('href')!)
    expect(links.length).toBeGreaterThan(10)
    for (const link of links) expect(document.querySelectorAll(`${link} .pic`).length).toBeGreaterThan(0)
    expect(links).toHaveLength(document.querySelectorAll('.cell').length)
  })

  test('names every id once and refers to nothing outside', () => {
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id)
    expect(new Set(ids).size).toBe(ids.length)
    const out = renderReport(input)
    expect(out.replaceAll('http://www.w3.org/2000/svg', '').match(/.{0,60}(https?:|@import| src=).{0,60}/)).toBeNull()
  })

  test('is the same text for the same input', () => expect(renderReport(input)).toBe(renderReport(input)))
})

test('stays under a megabyte with 10,000 examples and a poor model', () => {
  const out = renderReport(madeReport({ n: 10_000, skill: 4, side: 28 })) // noise compresses worse than any digit
  expect(Buffer.byteLength(out)).toBeLessThan(1_000_000)
})

test('escapes class names, settings and titles everywhere', () => {
  const input = madeReport({ classes: hostileNames })
  const [bad] = hostileNames
  const document = page({
    ...input,
    title: bad,
    run: { ...input.run, [bad]: { [bad]: bad } },
    data: { ...input.data, name: bad, source: bad, warnings: [bad] },
    model: { ...input.model, name: bad, layers: [{ name: bad, type: bad, outputShape: [1], parameters: 1 }] },
    environment: { [bad]: bad },
  })
  expect(document.querySelectorAll('script')).toHaveLength(1)
  expect(document.querySelectorAll('img, svg b, [onmouseover], [onerror]')).toHaveLength(0)
  for (const name of hostileNames) {
    expect([...document.querySelectorAll('tbody th')].map(th => th.textContent)).toContain(name)
  }
})

describe('sparse input', () => {
  const input = madeReport({ n: 40 })
  test.each<[string, Partial<ReportInput>]>([
    ['no epochs', { history: [] }],
    [
      'one epoch without validation',
      { history: [{ ...input.history[0], validationLoss: undefined, validationAccuracy: null }] },
    ],
    ['a diverged epoch', { history: [...input.history, { ...input.history[0], epoch: 5, loss: Number.NaN }] }],
    ['no examples', { examples: undefined }],
    ['examples that are no pictures', { examples: { ...input.examples!, shape: [144] } }],
    ['no training distribution', { data: { ...input.data, trainDistribution: [], warnings: [] } }],
    ['no layers', { model: { ...input.model, layers: [] } }],
    ['one picture', { examples: { ...input.examples!, items: input.examples!.items.slice(0, 1) } }],
  ])('%s', (_, part) => {
    const out = renderReport({ ...input, ...part })
    expect(nonsense(out)).toBeNull()
    expect(out.endsWith('</html>\n')).toBe(true)
  })

  test('classes that do not occur, and two classes', () => {
    expect(nonsense(renderReport(madeReport({ classes: [...'abcdefghijklmnopqrstuvwxyz'], n: 9 })))).toBeNull()
    expect(nonsense(renderReport(madeReport({ classes: ['no', 'yes'] })))).toBeNull()
    expect(renderReport(madeReport({ skill: 99 })).includes('no mistakes')).toBe(true)
  })
})

describe('examples to show', () => {
  const classes = 3
  // 9 rightly read, 6 misread: of 0 as 1 four times with rising confidence, of 2 as 0 twice.
  const read = [0, 0, 0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 0, 0]
  const labels = [0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 0, 2, 2]
  const probabilities = read.flatMap((r, i) => [0, 1, 2].map(k => (k === r ? 0.5 + i / 40 : 0.1)))
  test('come from all classes, then the surest mistakes', () => {
    const chosen = chooseExamples(probabilities, labels, classes, { right: 6 })
    expect(chosen.slice(0, 6).map(i => labels[i])).toEqual([0, 1, 2, 0, 1, 2])
    expect(chosen.slice(6)).toEqual([14, 13, 12, 11, 10, 9])
    expect(chooseExamples(probabilities, labels, classes, { right: 6 })).toEqual(chosen)
  })
  test('stop where there are no more, and at the limit', () => {
    expect(chooseExamples(probabilities, labels, classes)).toHaveLength(15)
    expect(chooseExamples(probabilities, labels, classes, { limit: 7 })).toHaveLength(7)
  })
})

test('a sheet holds the pictures row by row', () => {
  const shape = { height: 2, width: 3, channels: 3 } as const
  const pictures = Uint8Array.from({ length: 23 * 18 }, (_, i) => (i * 7) % 256)
  const { columns, rows, uri } = sprite(pictures, 23, shape)
  expect([columns, rows]).toEqual([20, 2])
  const sheet = decode(Buffer.from(uri.split(',')[1], 'base64'))
  expect([sheet.width, sheet.height, sheet.channels]).toEqual([60, 4, 3])
  for (const [i, y, x] of [
    [0, 0, 0],
    [19, 1, 2],
    [22, 1, 1],
  ]) {
    const at = ((Math.floor(i / 20) * 2 + y) * 60 + (i % 20) * 3 + x) * 3
    expect([...sheet.data.slice(at, at + 3)]).toEqual([
      ...pictures.slice(i * 18 + (y * 3 + x) * 3, i * 18 + (y * 3 + x) * 3 + 3),
    ])
  }
})

test('templates escape what is not marked', () => {
  expect(html`<p title="${`"'`}">${'<b>&'}${html`<i>${1}</i>`}${[1, trusted('<u>')]}${false}${null}</p>`.text).toBe(
    '<p title="&quot;&#39;">&lt;b&gt;&amp;<i>1</i>1<u></p>',
  )
})

test('numbers are written for people', () => {
  expect([percent(0.9912), percent(null), percent(1, 0)]).toEqual(['99.12\u00a0%', '–', '100\u00a0%'])
  expect([10, 100, 300, 1000, 10_000, 70_000].map(percentDigits)).toEqual([0, 0, 1, 1, 2, 2])
  expect([0.84, 42.4, 75, 3700].map(duration)).toEqual(['0.8 s', '42 s', '1 min 15 s', '1 h 1 min'])
  expect([plural(1, 'mistake'), plural(1630090, 'parameter')]).toEqual(['1 mistake', '1,630,090 parameters'])
  expect([area(1), area(0.99999), area(0.99994), area(null)]).toEqual(['1.0000', '> 0.9999', '0.9999', '–'])
  expect(shorten('automobile', 6)).toBe('autom…')
})

import { expect, test } from 'vitest'
import { heartText } from '../../src/cli/data/heartText.ts'
import { dataSettings } from '../../src/cli/dataOptions.ts'
import { inkling } from './inkling.ts'

test('--with becomes the settings of the set', () => {
  expect(dataSettings('mnist', undefined)).toEqual({})
  expect(dataSettings('made-heartbeats', { unit: 'segment' })).toEqual({ mitdb: { unit: 'segment' } })
  expect(dataSettings('GLYPHS', { framing: 'paper', cap: '500' })).toEqual({ glyphs: { framing: 'paper', cap: 500 } })
  expect(dataSettings('glyphs', { seed: '0' })).toEqual({ glyphs: { seed: 0 } })
  expect(
    dataSettings('mitdb', { unit: 'segment', labels: 'not-n', split: 'random', paced: 'yes', leads: 'both' }),
  ).toEqual({
    mitdb: { unit: 'segment', labels: 'not-n', split: 'random', paced: true, leads: 'both' },
  })
})

test.each([
  ['mnist', { framing: 'paper' }, '--with is for glyphs, mitdb and made-heartbeats, mnist has no options', undefined],
  ['glyphs', { frames: 'paper' }, 'glyphs has no option "frames"', 'It has framing, cap, letters, seed.'],
  ['glyphs', { cap: '0' }, 'cap of glyphs cannot be "0"', 'Known: a whole number from 1.'],
  ['glyphs', { seed: '-1' }, 'seed of glyphs cannot be "-1"', 'Known: a whole number from 0.'],
  ['mitdb', { split: 'rand' }, 'split of mitdb cannot be "rand"', 'Known: inter-patient, random.'],
  ['mitdb', { toString: 'x' }, 'mitdb has no option "toString"', undefined],
])('%s %j is wrong usage', (data, given, message, hint) => {
  const wanted = { message: expect.stringContaining(message), exitCode: 2, ...(hint && { hint }) }
  expect(() => dataSettings(data, given as Record<string, string>)).toThrow(expect.objectContaining(wanted))
})

test('heartbeats for people: beats by type, segments by split', () => {
  const counts = { train: { N: 1500, V: 2 }, test: { N: 3, V: 0 } }
  const text = heartText({
    records: [{ name: '100', leads: ['MLII'], seconds: 1, beats: { N: 1503, V: 2 } }],
    beats: { N: 1503, V: 2 },
    segments: { aami: { random: counts } },
  })
  expect(text).toContain('1 record, 1,505 beats: N 1,503, V 2')
  expect(text).toMatch(/aami +random +train +N 1,500, V 2\n/)
})

test('--help says what may be given', () => {
  const { stdout } = inkling(['knn', '--help'])
  expect(stdout).toContain('glyphs:\n  framing=honest|paper\n  cap=<n>')
  expect(stdout).toContain('mitdb and made-heartbeats:\n  unit=beat|segment')
})

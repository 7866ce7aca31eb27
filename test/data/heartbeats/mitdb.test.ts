import { expect, test } from 'vitest'
import { exampleAt, labelsOf } from '../../../src/data/dataset.ts'
import { groupsOf } from '../../../src/data/groups.ts'
import { beatIntervals } from '../../../src/data/heartbeats/intervals.ts'
import { buildMitdb, type MitdbOptions, planMitdb } from '../../../src/data/heartbeats/mitdb.ts'
import { summarizeMitdb } from '../../../src/data/heartbeats/summary.ts'
import { InklingError } from '../../../src/errors.ts'
import { makeRecord } from '../formats/wfdb/makeRecord.ts'

// Four records of 1,000 samples: two of DS1, one of DS2 with MLII second, a paced one without MLII.
const wave = (seed: number) => Array.from({ length: 1000 }, (_, t) => 1024 + Math.round(100 * Math.sin(t / seed)))
const at = (...list: [number, string][]) => list.map(([sample, symbol]) => ({ sample, symbol }))
const files: Record<string, string | Uint8Array> = {
  ...makeRecord('101', { MLII: wave(7), V1: wave(5) }, at([0, '+'], [20, 'N'], [350, 'N'], [650, 'V'], [995, 'N'])),
  ...makeRecord('106', { MLII: wave(9), V1: wave(4) }, at([150, 'L'], [450, 'A'], [460, 'N'])),
  ...makeRecord('114', { V5: wave(6), MLII: wave(8) }, at([99, 'N'], [200, 'N'], [500, 'F'])),
  ...makeRecord('100', { MLII: wave(3), V5: wave(2) }, at([50, 'N'], [250, 'N'], [450, 'V'], [650, '!'])),
  ...makeRecord('102', { V5: wave(6), V2: wave(8) }, at([300, '/'], [600, 'f'])),
}
const names = ['100', '101', '102', '106', '114']

async function read(name: string) {
  const content = files[name]
  return { bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content, source: name }
}

const load = async (options: MitdbOptions) => buildMitdb(await planMitdb(names, read, options), read)

test('beats: a window around each, DS1 against DS2, the record of each example', async () => {
  const { train, test: held, intervals, notes } = await load({})
  expect(train.shape).toEqual([100, 1])
  expect(groupsOf(train)).toEqual([...Array(4).fill('101'), ...Array(3).fill('106'), ...Array(3).fill('114')])
  expect(groupsOf(held)).toEqual(['100', '100', '100'])
  expect(Array.from(labelsOf(train), c => train.classes[c]).join('')).toBe('NNVNNSNNNF')
  expect(intervals.train.shape).toEqual([4])
  expect(Array.from(exampleAt(intervals.train, 1)).slice(0, 2)).toEqual(
    Array.from(Float32Array.of(330 / 360, 300 / 360)),
  )
  expect(notes.join('\n')).toMatch(/inter-patient.*201.*202/)
  expect(notes).toContain('paced records left out: 102')
})

test('signals are standardised per record, MLII first wherever it lies', async () => {
  const values = wave(8)
  const mean = values.reduce((a, b) => a + b, 0) / 1000
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 1000)
  const standard = (list: number[], t: number) => {
    const m = list.reduce((a, b) => a + b, 0) / 1000
    return (list[t] - m) / Math.sqrt(list.reduce((a, b) => a + (b - m) ** 2, 0) / 1000)
  }
  const { train } = await load({})
  // The beat of 114 at sample 200: the window is 150..249.
  const window = exampleAt(train, 8)
  for (const k of [0, 50, 99]) expect(window[k]).toBeCloseTo((values[150 + k] - mean) / deviation, 4)
  const both = await load({ leads: 'both' })
  const pair = exampleAt(both.train, 8)
  expect(pair.length).toBe(200)
  expect(pair[100]).toBeCloseTo((values[200] - mean) / deviation, 4)
  expect(pair[101]).toBeCloseTo(standard(wave(6), 200), 4)
  // The first beat of 101 (sample 20): the window begins before the record, whose first sample is repeated.
  const first = exampleAt(train, 0)
  expect(new Set(first.subarray(0, 31)).size).toBe(1)
})

test('segments: all of them, or the annotated ones alone', async () => {
  const all = await load({ unit: 'segment', labels: 'abnormal' })
  expect([all.train.length, all.test.length]).toEqual([30, 10])
  expect(Array.from(labelsOf(all.train)).flatMap((label, i) => (label ? [i] : []))).toEqual([6, 14, 25])
  const marked = await load({ unit: 'segment', labels: 'not-n' })
  // The two beats of 106 at 450 and 460 share a segment.
  expect([marked.train.length, marked.test.length]).toEqual([9, 3])
  expect(Array.from(labelsOf(marked.train)).join('')).toBe('001011001')
  // Without overlap, in order: the second segment goes on where the first ended.
  const values = wave(7)
  const steps = exampleAt(all.train, 1)[0] - exampleAt(all.train, 0)[99]
  expect(Math.sign(steps)).toBe(Math.sign(values[100] - values[99]))
})

test('a random split says that it leaks patients; paced records and those without MLII are named', async () => {
  const random = await load({ unit: 'segment', labels: 'not-n', split: 'random', seed: 3 })
  expect(random.train.length + random.test.length).toBe(12)
  expect(random.test.length).toBe(2)
  expect(random.notes[0]).toMatch(/intra-patient.*leaks patients/)
  expect(random.notes).toContain('records without the lead MLII, left out: 102')
  const again = await load({ unit: 'segment', labels: 'not-n', split: 'random', seed: 3 })
  expect(again.train.indices).toEqual(random.train.indices)
  const two = await load({ unit: 'beat', labels: 'not-n', split: 'random', leads: 'both' })
  expect(two.train.length + two.test.length).toBe(15)
  expect(two.notes).toContain('records without the lead MLII, their leads are taken as they come: 102')
})

test('settings that cannot be are refused', async () => {
  await expect(load({ split: 'inter-patient', paced: true })).rejects.toMatchObject({ exitCode: 2 })
  await expect(load({ length: 0 })).rejects.toThrow('0 samples is impossible')
  await expect(load({ labels: 'six' as 'aami' })).rejects.toThrow('"six" are unknown')
})

test('a beat beyond the record is an error', async () => {
  const wrong = { ...files, '101.atr': files['100.atr'], '100.hea': '100 1 360 100\n100.dat 212\n' }
  const readWrong = async (name: string) => {
    const content = wrong[name as keyof typeof wrong]
    return { bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content, source: name }
  }
  await expect(planMitdb(['100'], readWrong, {})).rejects.toThrow(
    '100.atr has a beat at sample 250; record 100 has 100 samples',
  )
})

test('a length that cannot be is told before anything is cut', async () => {
  const readLong: typeof read = async name =>
    name === '101.hea'
      ? { bytes: new TextEncoder().encode('101 0 360 650000000000\n'), source: name }
      : await read(name)
  await expect(planMitdb(['101'], readLong, { unit: 'segment' })).rejects.toThrow(
    '101.hea says that the record has 650000000000 samples; 2147483647 at most can be read',
  )
})

test('a signal file that is not there is told with the line that names it', async () => {
  const damaged = (files['101.hea'] as string).replaceAll('101.dat', '../../x.dat')
  const readDamaged: typeof read = async name => {
    if (name === '101.hea') return { bytes: new TextEncoder().encode(damaged), source: name }
    if (!(name in files)) throw new InklingError(`mitdb has no file ${name}`, { hint: 'Fetch the set again.' })
    return await read(name)
  }
  await expect(buildMitdb(await planMitdb(['101'], readDamaged, {}), readDamaged)).rejects.toMatchObject({
    message: '101.hea, line 2, names the signal file ../../x.dat: mitdb has no file ../../x.dat',
    hint: 'Fetch the set again.',
  })
})

test('a summary counts beats by symbol and segments by class', async () => {
  const summary = await summarizeMitdb(names, read)
  expect(summary.records[2]).toEqual({
    name: '102',
    leads: ['V5', 'V2'],
    seconds: 1000 / 360,
    beats: { '/': 1, f: 1 },
  })
  expect(summary.beats).toEqual({ N: 8, V: 2, L: 1, A: 1, F: 1, '/': 1, f: 1 })
  expect(summary.segments.abnormal['inter-patient']).toEqual({
    train: { normal: 27, abnormal: 3 },
    test: { normal: 9, abnormal: 1 },
  })
})

test('R-R intervals: seconds, and against the last ten', () => {
  const even = beatIntervals(
    Int32Array.from({ length: 13 }, (_, i) => 360 * i),
    360,
  )
  expect(Array.from(even.subarray(0, 8))).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
  // Ten intervals of one second, then a beat after half a second: the mean of the last ten is 0.95.
  const early = beatIntervals(Int32Array.of(...Array.from({ length: 11 }, (_, i) => 360 * i), 3780, 4320), 360)
  const premature = early.subarray(44, 48)
  expect(premature[0]).toBe(0.5)
  expect(premature[1]).toBe(1.5)
  expect(premature[2]).toBeCloseTo(0.5 / 0.95, 6)
  expect(premature[3]).toBeCloseTo(1.5 / 0.95, 6)
  expect(Array.from(beatIntervals(Int32Array.of(5), 360))).toEqual([0, 0, 1, 1])
})

import { expect, test } from 'vitest'
import { classCounts } from '../../../src/data/dataset.ts'
import { madeHeartbeatsInfo } from '../../../src/data/datasets/madeHeartbeats.ts'
import { groupsOf } from '../../../src/data/groups.ts'
import { DS1, DS2 } from '../../../src/data/heartbeats/classes.ts'
import { loadDataset } from '../../../src/data/load.ts'
import { madeWarning, STAND_INS } from '../../../src/data/made.ts'
import { datasetInfo, listDatasets } from '../../../src/data/registry.ts'

test('made heartbeats: every AAMI class on both sides, no patient on both', async () => {
  const { train, test: held, intervals, drawn, notes } = await loadDataset('made-heartbeats')
  expect([train.name, held?.name]).toEqual(['made-heartbeats/train', 'made-heartbeats/test'])
  expect({ train: train.length, test: held?.length }).toEqual(madeHeartbeatsInfo.examples)
  expect(train.classes).toEqual(['N', 'S', 'V', 'F', 'Q'])
  for (const part of [train, held as typeof train])
    for (const count of classCounts(part)) expect(count).toBeGreaterThan(0)
  expect(new Set(groupsOf(train))).toEqual(new Set(DS1))
  expect(new Set(groupsOf(held as typeof train))).toEqual(new Set(DS2))
  expect(intervals?.train).toMatchObject({ shape: [4], length: train.length })
  expect(drawn).toBe(true)
  expect(notes?.join('\n')).toMatch(/inter-patient/)
})

test('made heartbeats take the options of mitdb, and a seed of patients', async () => {
  const mitdb = { unit: 'segment', labels: 'abnormal', split: 'random', leads: 'both', length: 200 } as const
  const { train, test: held } = await loadDataset('made-heartbeats', { mitdb })
  expect(train.shape).toEqual([200, 2])
  expect(train.classes).toEqual(['normal', 'abnormal'])
  // 44 records of 43,200 samples without the paced ones.
  expect(train.length + (held?.length ?? 0)).toBe(44 * 216)
  const other = await loadDataset('made-heartbeats', { mitdb, drawn: { seed: 7 } })
  expect(classCounts(other.train)).not.toEqual(classCounts(train))
})

test('made pictures: as many as are asked for, other ones to test with', async () => {
  const { train, test: held } = await loadDataset('made-pictures', { drawn: { train: 30, test: 10, seed: 4 } })
  expect([train.length, held?.length]).toEqual([30, 10])
  expect(held?.features.subarray(0, 3072)).not.toEqual(train.features.subarray(0, 3072))
})

test('each built-in set says what it is, and real data say nothing', () => {
  const made = listDatasets().filter(info => info.builtIn)
  const warnings = made.map(({ name }) => madeWarning({ name, drawn: true }))
  expect(warnings[made.findIndex(({ name }) => name === 'drawn')]).toMatch(/digits.*handwriting/)
  expect(warnings[made.findIndex(({ name }) => name === 'made-pictures')]).toMatch(/pictures.*photographs/)
  expect(warnings[made.findIndex(({ name }) => name === 'made-heartbeats')]).toMatch(/heartbeats.*patients/)
  expect(madeWarning({ name: 'drawn:0O', drawn: true })).toMatch(/digits/)
  expect(madeWarning({ name: 'a set of old', drawn: true })).toMatch(/made by the program/)
  expect(madeWarning({ name: 'mnist', drawn: false })).toBeUndefined()
})

test('what stands in for a real set is built in and has its form', () => {
  for (const [real, standIn] of Object.entries(STAND_INS)) {
    const info = datasetInfo(standIn)
    expect(info.made, standIn).toMatch(/figures say nothing/)
    expect(info.builtIn, standIn).toBe(true)
    expect(info.shape, standIn).toEqual(datasetInfo(real).shape)
    expect(info.classes.length, standIn).toBe(datasetInfo(real).classes.length)
  }
})

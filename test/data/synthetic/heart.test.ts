import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { MITDB_RECORDS } from '../../../src/data/datasets/mitdb.ts'
import {
  decodeWfdbSignals,
  isBeat,
  parseWfdbAnnotations,
  parseWfdbHeader,
  physicalValues,
} from '../../../src/data/formats/wfdb/index.ts'
import { madeHeartFiles, madeHeartRecord } from '../../../src/data/synthetic/heart/index.ts'

const readBack = (name: string, files: Record<string, Uint8Array>) => {
  const header = parseWfdbHeader(new TextDecoder().decode(files[`${name}.hea`]), `${name}.hea`)
  const dat = { bytes: files[`${name}.dat`], source: `${name}.dat` }
  return {
    header,
    signals: decodeWfdbSignals(header, new Map([[dat.source, dat]])),
    annotations: parseWfdbAnnotations(files[`${name}.atr`], `${name}.atr`, header.frequency),
  }
}

test('a record is read by the WFDB reader, first values and checksums verified', () => {
  const { header, signals, annotations } = readBack('114', madeHeartRecord('114', { seconds: 20 }))
  expect(header).toMatchObject({ record: '114', frequency: 360, length: 7200 })
  // 114 is the record of MIT-BIH whose leads lie the other way round.
  expect(signals.map(signal => signal.description)).toEqual(['V5', 'MLII'])
  for (const signal of signals) expect(signal).toMatchObject({ format: 212, gain: 200, baseline: 1024, units: 'mV' })
  expect(signals[0].digital).toHaveLength(7200)
  expect(annotations[0]).toMatchObject({ sample: 18, symbol: '+', text: '(N' })
})

test('the same record for a seed, whatever else is made; other seeds and names are other patients', async () => {
  const hash = (files: Record<string, Uint8Array>) =>
    Object.values(files)
      .reduce((sum, bytes) => sum.update(bytes), createHash('sha256'))
      .digest('hex')
  // Recorded from this generator: what was measured on made heartbeats changes with it.
  expect(hash(madeHeartRecord('100', { seconds: 10 }))).toBe(
    '1236077ca6bde1d1b5c1511f4d090fe3e1a9c99c1b1096c918a0708415e78cdf',
  )
  const read = madeHeartFiles({ seconds: 10 })
  await read('208.atr')
  expect((await read('100.dat')).bytes).toEqual(madeHeartRecord('100', { seconds: 10 })['100.dat'])
  const others = [madeHeartRecord('101', { seconds: 10 }), madeHeartRecord('100', { seconds: 10, seed: 1 })]
  expect(new Set([madeHeartRecord('100', { seconds: 10 }), ...others].map(hash)).size).toBe(3)
})

test('beats are annotated at their peaks, at rates of people', () => {
  const { signals, annotations } = readBack('100', madeHeartRecord('100'))
  const beats = annotations.filter(({ symbol }) => isBeat(symbol))
  // 56 to 98 a minute, early beats and pauses aside.
  expect(beats.length).toBeGreaterThan(100)
  expect(beats.length).toBeLessThan(210)
  const values = physicalValues(signals[0])
  for (const { sample } of beats.filter(({ symbol }) => symbol === 'N')) {
    const around = values.subarray(sample - 40, sample + 41)
    expect(Math.abs(around.indexOf(Math.max(...around)) - 40)).toBeLessThanOrEqual(5)
  }
})

test('ventricular beats come early, are broad, and a pause follows that makes up for it', () => {
  const { signals, annotations } = readBack('119', madeHeartRecord('119'))
  const beats = annotations.filter(({ symbol }) => isBeat(symbol))
  const values = physicalValues(signals[0])
  /** Samples of the second around a beat that are far from the base line: a measure of its width. */
  const extent = (sample: number) => {
    const part = Array.from(values.subarray(sample - 60, sample + 60)).sort((a, b) => a - b)
    return part.filter(v => Math.abs(v - part[60]) > 0.4).length
  }
  const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length
  const inside = beats.map((_, i) => i).filter(i => i > 1 && i < beats.length - 1)
  const interval = (i: number) => beats[i].sample - beats[i - 1].sample
  const steady = inside.filter(i => [i - 2, i - 1, i].every(k => beats[k].symbol === 'N'))
  const single = inside.filter(
    i =>
      beats
        .slice(i - 1, i + 2)
        .map(b => b.symbol)
        .join('') === 'NVN',
  )
  expect(single.length).toBeGreaterThan(10)
  const usual = mean(steady.map(interval))
  expect(mean(single.map(interval)) / usual).toBeLessThan(0.76)
  expect(mean(single.map(i => interval(i) + interval(i + 1))) / usual).toBeCloseTo(2, 1)
  expect(mean(single.map(i => extent(beats[i].sample)))).toBeGreaterThan(
    1.5 * mean(steady.map(i => extent(beats[i].sample))),
  )
})

test('atrial beats come early and reset the rhythm; a pacemaker keeps its time', () => {
  const beatsOf = (name: string) =>
    readBack(name, madeHeartRecord(name)).annotations.filter(({ symbol }) => isBeat(symbol))
  const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length
  const beats = beatsOf('232')
  const gaps = beats.slice(1).map((b, i) => ({ gap: b.sample - beats[i].sample, from: beats[i].symbol, to: b.symbol }))
  const early = gaps.filter(({ to }) => to === 'A' || to === 'J')
  const after = gaps.filter(({ from }) => from === 'A' || from === 'J')
  expect(early.length).toBeGreaterThan(20)
  expect(mean(early.map(g => g.gap)) / mean(after.map(g => g.gap))).toBeLessThan(0.75)
  const paced = beatsOf('107').filter(({ symbol }) => symbol === '/')
  const steps = paced.slice(1).map((b, i) => b.sample - paced[i].sample)
  const middle = [...steps].sort((a, b) => a - b)[steps.length >> 1]
  expect(steps.filter(step => Math.abs(step - middle) < 6).length / steps.length).toBeGreaterThan(0.7)
})

test('every record of MIT-BIH has a made one that passes the checks', async () => {
  const read = madeHeartFiles({ seconds: 8, seed: 5 })
  for (const name of MITDB_RECORDS) {
    const files = Object.fromEntries(
      await Promise.all(['hea', 'dat', 'atr'].map(async e => [`${name}.${e}`, (await read(`${name}.${e}`)).bytes])),
    )
    const { signals, annotations } = readBack(name, files)
    expect(signals).toHaveLength(2)
    // Neither end of the converter is where the signal lies.
    for (const { digital } of signals) {
      const clipped = digital.filter(v => v === 0 || v === 2047).length
      expect(clipped / digital.length, name).toBeLessThan(0.05)
    }
    expect(annotations.map(a => a.sample)).toEqual(annotations.map(a => a.sample).sort((a, b) => a - b))
    expect(annotations.filter(a => isBeat(a.symbol)).length, name).toBeGreaterThan(3)
  }
})

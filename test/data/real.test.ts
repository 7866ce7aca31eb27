import { describe, expect, test } from 'vitest'
import { classCounts, exampleAt, labelAt } from '../../src/data/dataset.ts'
import { MITDB_RECORDS } from '../../src/data/datasets/mitdb.ts'
import { readDataFile } from '../../src/data/files.ts'
import { summarizeMitdb } from '../../src/data/heartbeats/summary.ts'
import { findDataset, loadDataset } from '../../src/data/load.ts'
import { findOverlap } from '../../src/data/overlap.ts'
import { prepareDigit } from '../../src/data/pictures/digit.ts'
import { centreOfMass } from '../../src/data/pictures/raster.ts'
import { stratifiedSplit } from '../../src/data/split.ts'

// With the real files only: INKLING_DATA names the folder that holds mnist/, cifar-10/, az/.
const at = process.env.INKLING_DATA
const here = (name: string) => at !== undefined && findDataset(name) !== undefined

describe.skipIf(!here('mnist'))('MNIST', async () => {
  const { train, test: held, files } = here('mnist') ? await loadDataset('mnist') : ({} as never)

  test('is the canonical one', () => {
    expect(files.every(f => f.canonical)).toBe(true)
    expect([train.length, held?.length]).toEqual([60_000, 10_000])
    // The label counts that every description of MNIST gives.
    expect(classCounts(train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    expect(classCounts(held as NonNullable<typeof held>)).toEqual([
      980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ])
    expect(Array.from(train.labels?.subarray(0, 10) ?? [])).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
  })

  test('shares no picture between training and test', () => {
    expect(findOverlap(train, held as NonNullable<typeof held>).shared).toBe(0)
  })

  test('splits by class exactly', () => {
    const [a, b] = stratifiedSplit(train, [50_000, 10_000], { seed: 1 })
    expect([a.length, b.length]).toEqual([50_000, 10_000])
    const whole = classCounts(train)
    expect(Math.max(...classCounts(b).map((n, c) => Math.abs(n - whole[c] / 6)))).toBeLessThan(1)
  })

  test('every digit is taken as it is, also inverted', () => {
    const test = held as NonNullable<typeof held>
    let changed = 0
    for (let i = 0; i < test.length; i++) {
      const data = exampleAt(test, i) as Uint8Array
      const prepared = prepareDigit({ width: 28, height: 28, data })
      const inverted = prepareDigit({ width: 28, height: 28, data: data.map(v => 255 - v) })
      if (!prepared.unchanged || Buffer.compare(prepared.pixels, data) !== 0) changed++
      else if (!inverted.unchanged || Buffer.compare(inverted.pixels, data) !== 0) changed++
    }
    expect(changed).toBe(0)
  })
})

describe.skipIf(!here('az'))('letters', () => {
  test('are the known ones', async () => {
    const { train, test: held, files } = await loadDataset('az')
    expect(files.every(f => f.canonical)).toBe(true)
    expect(classCounts(train)).toEqual(new Array(26).fill(1000))
    expect(classCounts(held as NonNullable<typeof held>)).toEqual(new Array(26).fill(300))
  })
})

describe.skipIf(!here('mitdb'))('heartbeats', () => {
  test('every beat is there: the counts that PhysioNet and de Chazal et al. (2004) give', async () => {
    const { train, test: held, notes, files } = await loadDataset('mitdb')
    expect(files.length).toBeGreaterThan(130)
    expect(files.every(f => f.canonical)).toBe(true)
    expect(classCounts(train)).toEqual([45_866, 944, 3788, 415, 8])
    expect(classCounts(held as NonNullable<typeof held>)).toEqual([44_259, 1837, 3221, 388, 7])
    expect(notes?.join()).toContain('inter-patient')
    const read = async (name: string) => {
      const path = findDataset('mitdb')?.paths.get(name) as string
      return { bytes: (await readDataFile(path)).bytes, source: path }
    }
    const { records, beats } = await summarizeMitdb(MITDB_RECORDS, read)
    expect(records).toHaveLength(48)
    expect(beats).toMatchObject({ N: 75_052, L: 8075, R: 7259, V: 7130, '/': 7028, A: 2546, f: 982, F: 803, S: 2 })
  })

  test('the two binary readings have the shares that were counted by hand', async () => {
    const a = await loadDataset('mitdb', { mitdb: { unit: 'segment', labels: 'abnormal', split: 'random' } })
    expect([a.train.length, a.test?.length]).toEqual([228_800, 57_200])
    expect((classCounts(a.train)[1] + classCounts(a.test as NonNullable<typeof a.test>)[1]) / 286_000).toBeCloseTo(
      0.037,
      3,
    )
    expect(a.notes?.[0]).toContain('intra-patient')
    // One second of record 100, standardised: mean 0, deviation 1 over the record's 6,500 segments.
    const own = a.train.features.subarray(0, 650_000) as Float32Array
    let [sum, squares] = [0, 0]
    for (const value of own) {
      sum += value
      squares += value * value
    }
    expect(sum / own.length).toBeCloseTo(0, 4)
    expect(squares / own.length).toBeCloseTo(1, 4)
  })
})

describe.skipIf(!(here('mnist') && here('az')))('digits and letters', () => {
  test('0 and O can be told apart by the framing of the paper, and hardly by the honest one', async () => {
    // One number, how far the centre of mass lies from the middle, and the best threshold on it.
    const guess = async (framing: 'paper' | 'honest') => {
      const { train } = await loadDataset('glyphs', { glyphs: { framing } })
      const found: [number, boolean][] = []
      for (let i = 0; i < train.length; i++) {
        const label = train.classes[labelAt(train, i)]
        if (label !== '0' && label !== 'O') continue
        const { x, y } = centreOfMass({ width: 28, height: 28, data: Float32Array.from(exampleAt(train, i)) })
        found.push([Math.max(Math.abs(x - 14), Math.abs(y - 14)), label === 'O'])
      }
      found.sort((a, b) => a[0] - b[0])
      let right = found.filter(([, isO]) => isO).length
      let best = right
      for (const [, isO] of found) best = Math.max(best, (right += isO ? -1 : 1))
      return best / found.length
    }
    expect(await guess('paper')).toBeGreaterThan(0.8)
    expect(await guess('honest')).toBeLessThan(0.6)
  })
})

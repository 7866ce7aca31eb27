import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { MITDB_RECORDS } from '../../src/data/datasets/mitdb.ts'
import { findDataset, findPartly, loadDataset } from '../../src/data/load.ts'
import { digitsAtHand } from '../../src/data/obtain.ts'
import { canFetch, datasetInfo, listDatasets } from '../../src/data/registry.ts'
import { cacheDir } from '../../src/data/roots.ts'
import { temporaryFolder, tinyIdx, tinyIdxGz, writeFiles } from './folder.ts'

beforeEach(() => {
  // Nothing of this machine's own data.
  vi.stubEnv('INKLING_DATA', undefined)
  vi.stubEnv('XDG_CACHE_HOME', '/nonexistent')
  vi.stubEnv('LOCALAPPDATA', '/nonexistent')
  vi.stubEnv('HOME', '/nonexistent')
  return () => vi.unstubAllEnvs()
})

describe('by name', () => {
  test('from --data-dir, with the record of its files', async () => {
    const root = temporaryFolder()
    writeFiles(root, tinyIdxGz('mnist'))
    const set = await loadDataset('mnist', { dataDir: root })
    expect(set.train).toMatchObject({ name: 'mnist/train', length: 6, shape: [4, 4, 1] })
    expect(set.test).toMatchObject({ name: 'mnist/test', length: 3 })
    expect(set.source).toBe(`${join(root, 'mnist')} (--data-dir)`)
    expect(set.files.map(f => f.path)).toEqual([
      'train-images-idx3-ubyte.gz',
      'train-labels-idx1-ubyte.gz',
      't10k-images-idx3-ubyte.gz',
      't10k-labels-idx1-ubyte.gz',
    ])
    expect(set.files[0].sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(set.files[0].canonical).toBe(false)
    expect(set.notes).toEqual([
      'warning: not the original content (SHA-256 or size): train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, ' +
        't10k-images-idx3-ubyte.gz, ... (4 files); figures are not comparable with those of others on mnist',
    ])
    expect(set.drawn).toBe(false)
  })

  test('from INKLING_DATA, in capital letters too, and from --data-dir first', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()]
    writeFiles(second, tinyIdxGz('mnist'))
    vi.stubEnv('INKLING_DATA', second)
    expect((await loadDataset('MNIST')).source).toBe(`${join(second, 'mnist')} (INKLING_DATA)`)
    expect((await loadDataset('mnist', { dataDir: first })).source).toContain(second)
    writeFiles(first, tinyIdx()) // straight into the folder
    expect((await loadDataset('mnist', { dataDir: first })).source).toContain(first)
  })

  test('with the other spelling of the names, and Brotli', async () => {
    const root = temporaryFolder()
    const files = Object.entries(tinyIdx()).map(([name, bytes]) => [
      `MNIST/raw/${name.replace('-idx', '.idx')}.br`,
      brotliCompressSync(bytes),
    ])
    writeFiles(root, Object.fromEntries(files))
    expect((await loadDataset('mnist', { dataDir: root })).train.length).toBe(6)
  })

  test('not found: says where it looked and what to do', async () => {
    const root = temporaryFolder()
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toMatchObject({
      message: expect.stringContaining(`mnist was not found (looked in ${join(root, 'mnist')}`),
      hint: expect.stringContaining('inkling data fetch mnist'),
      exitCode: 1,
    })
    expect(findDataset('mnist', { dataDir: root })).toBeUndefined()
    await expect(loadDataset('kaggle', { dataDir: root })).rejects.toMatchObject({
      hint: expect.stringContaining('account'),
    })
  })

  test('a set made of others: names all that are missing, how each is had, and what stands in for the whole', async () => {
    const root = temporaryFolder()
    const refusal = async (name: string) => await loadDataset(name, { dataDir: root }).catch(error => error)
    const glyphs = await refusal('glyphs')
    expect(glyphs.message).toContain(`glyphs is made of mnist and az: mnist and az were not found (looked in ${root}`)
    expect(glyphs.hint).toMatch(
      /data fetch mnist.*"A_Z Handwritten Data\.csv".*--data-dir or INKLING_DATA.*drawn-glyphs\.$/,
    )
    writeFiles(root, tinyIdxGz('mnist'))
    expect((await refusal('glyphs')).message).toContain(': az was not found')
    expect((await refusal('az')).hint).toMatch(/--data-dir or INKLING_DATA.*--data drawn-letters\.$/)
    expect((await refusal('cifar-10')).hint).toMatch(
      /data fetch cifar-10 --data-dir .*`\..*INKLING_DATA.*--data made-pictures\.$/,
    )
    expect((await refusal('mitdb')).hint).toMatch(/--data made-heartbeats\.$/)
  })

  test('incomplete: names what is missing', async () => {
    const root = temporaryFolder()
    writeFiles(root, tinyIdxGz('mnist'))
    rmSync(join(root, 'mnist', 't10k-labels-idx1-ubyte.gz'))
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toThrow(
      `${join(root, 'mnist')} lacks 1 of the files of mnist: t10k-labels-idx1-ubyte`,
    )
    const { paths, missing } = findPartly('mnist', { dataDir: root }) ?? {}
    expect([paths?.size, missing]).toEqual([3, ['t10k-labels-idx1-ubyte']])
  })

  test('incomplete in --data-dir: refused, though it is whole elsewhere', async () => {
    const [named, whole] = [temporaryFolder(), temporaryFolder()]
    writeFiles(whole, tinyIdxGz('mnist'))
    vi.stubEnv('INKLING_DATA', whole)
    const { 't10k-images-idx3-ubyte': _, ...part } = tinyIdx()
    writeFiles(named, part) // straight into the folder
    await expect(loadDataset('mnist', { dataDir: named })).rejects.toMatchObject({
      message: `${named} lacks 1 of the files of mnist: t10k-images-idx3-ubyte`,
      hint: expect.stringContaining(`inkling data fetch mnist --data-dir ${named}\``),
    })
    expect(findDataset('mnist', { dataDir: named })).toBeUndefined()
    await expect(loadDataset('glyphs', { dataDir: named })).rejects.toThrow(`${named} lacks 1 of the files of mnist`)
    // In INKLING_DATA a part does not hide what the cache has whole.
    vi.stubEnv('INKLING_DATA', named)
    vi.stubEnv('XDG_CACHE_HOME', whole)
    vi.stubEnv('LOCALAPPDATA', whole)
    vi.stubEnv('HOME', whole)
    writeFiles(cacheDir(), tinyIdxGz('mnist'))
    expect((await loadDataset('mnist')).source).toContain('(cache)')
  })

  test('unknown: a usage error with the nearest name', async () => {
    await expect(loadDataset('mnits')).rejects.toMatchObject({
      message: 'there is no data set "mnits"; did you mean "mnist"?',
      exitCode: 2,
    })
    expect(() => datasetInfo('zzzzzzzz')).toThrow(/^there is no data set "zzzzzzzz"$/)
  })

  test('damaged files name themselves', async () => {
    const root = temporaryFolder()
    const files = tinyIdxGz('mnist')
    const images = gzipSync(tinyIdx()['train-images-idx3-ubyte'])
    writeFiles(root, { ...files, 'mnist/train-images-idx3-ubyte.gz': images.subarray(0, images.length - 12) })
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toThrow(/train-images-idx3-ubyte\.gz is cut off/)
  })

  test('Kaggle, with and without its test.csv', async () => {
    const root = temporaryFolder()
    const names = Array.from({ length: 784 }, (_, i) => `pixel${i}`)
    const row = (value: number) => new Array(784).fill(value).join(',')
    writeFiles(root, { 'kaggle/train.csv': `label,${names}\n3,${row(1)}\n4,${row(2)}\n` })
    const set = await loadDataset('kaggle', { dataDir: root })
    expect(set.train).toMatchObject({ name: 'kaggle/train', length: 2 })
    expect(set.unlabelled).toBeUndefined()
    writeFiles(root, { 'kaggle/test.csv.gz': gzipSync(`${names}\n${row(9)}\n`) })
    const both = await loadDataset('kaggle', { dataDir: root })
    expect(both.unlabelled).toMatchObject({ length: 1, labels: undefined })
    expect(both.files.map(f => f.path)).toEqual(['train.csv', 'test.csv.gz'])
  })

  test('letters', async () => {
    const root = temporaryFolder()
    const row = (label: number) => `${label},${new Array(784).fill(label).join(',')}`
    writeFiles(root, {
      'az/az-sd19-train.csv.gz': gzipSync(`${row(0)}\n${row(25)}\n`),
      'az/az-sd19-test.csv': `${row(7)}\r\n`,
    })
    const set = await loadDataset('az', { dataDir: root })
    expect(set.train.classes[25]).toBe('Z')
    expect(Array.from(set.test?.labels ?? [])).toEqual([7])
  })

  test('CIFAR-10', async () => {
    const root = temporaryFolder()
    const batch = (label: number) => brotliCompressSync(new Uint8Array(3073 * 2).fill(label))
    const names = [1, 2, 3, 4, 5].map(k => `data_batch_${k}`)
    const files = [...names, 'test_batch'].map((name, k) => [`cifar-10/${name}.bin.br`, batch(k)])
    writeFiles(root, Object.fromEntries(files))
    const set = await loadDataset('cifar-10', { dataDir: root })
    expect(set.train).toMatchObject({ length: 10, shape: [32, 32, 3] })
    expect(Array.from(set.train.labels ?? [])).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    expect(set.test?.features.every(v => v === 5)).toBe(true)
  })

  test('CIFAR-100, whose files are known by their size alone', async () => {
    const root = temporaryFolder()
    const record = new Uint8Array(3074)
    writeFiles(root, { 'cifar-100/train.bin': record, 'cifar-100/test.bin': record })
    const { files, notes } = await loadDataset('cifar-100', { dataDir: root })
    expect(files.map(file => file.canonical)).toEqual([false, false])
    expect(notes).toEqual([
      expect.stringMatching(/^warning: not the original content \(SHA-256 or size\): train\.bin, /),
    ])
  })

  test('the drawn digits are always there', async () => {
    const set = await loadDataset('drawn', { drawn: { train: 20, test: 10, seed: 5 } })
    expect(set).toMatchObject({ drawn: true, files: [] })
    expect(set.train).toMatchObject({ name: 'drawn/train', length: 20, shape: [28, 28, 1] })
    expect(Array.from(set.train.features)).not.toEqual(Array.from(set.test?.features ?? []))
    const again = await loadDataset('drawn', { drawn: { train: 20, test: 10, seed: 5 } })
    expect(again.train.features).toEqual(set.train.features)
  })

  test('drawn letters, and digits with letters, by the same settings', async () => {
    const settings = { drawn: { train: 36, test: 26, seed: 5 } }
    const letters = await loadDataset('drawn-letters', settings)
    expect(letters).toMatchObject({ drawn: true, train: { name: 'drawn-letters/train', length: 36 } })
    expect(letters.train.classes).toEqual(datasetInfo('az').classes)
    expect(letters.test?.length).toBe(26)
    const both = await loadDataset('drawn-glyphs', settings)
    expect(both.train).toMatchObject({ name: 'drawn-glyphs/train', length: 36, shape: [28, 28, 1] })
    expect(both.train.classes).toEqual(datasetInfo('glyphs').classes)
    // Another seed draws the test part: no picture is in both.
    expect(both.test?.features.subarray(0, 784)).not.toEqual(both.train.features.subarray(0, 784))
  })

  test('heartbeat records that are not whole are named', async () => {
    const root = temporaryFolder()
    writeFiles(root, { 'mitdb/100.hea': '100 2 360 650000\n' })
    await expect(loadDataset('mitdb', { dataDir: root })).rejects.toThrow(/lacks 143 of the files of mitdb: 100\.atr/)
    // All are there, and the first names a file that the database does not have.
    const header = (name: string) => `${name} 1 360 10\n../../x.dat 212 200 11 1024 995 0 0 MLII\n`
    for (const name of MITDB_RECORDS)
      writeFiles(root, {
        ...{ [`mitdb/${name}.hea`]: header(name), [`mitdb/${name}.dat`]: 'x' },
        [`mitdb/${name}.atr`]: new Uint8Array(2),
      })
    await expect(loadDataset('mitdb', { dataDir: root })).rejects.toThrow(
      `${join(root, 'mitdb', '100.hea')}, line 2, names the signal file ../../x.dat: mitdb has no file ../../x.dat`,
    )
  })
})

describe('by path', () => {
  test('a folder with IDX files; classes.txt names the classes', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, tinyIdx(12, 3))
    expect((await loadDataset(folder)).train).toMatchObject({ length: 12, classes: Array.from('0123456789') })
    writeFiles(folder, { 'classes.txt': 'shirt\r\nshoe\r\n' })
    await expect(loadDataset(folder)).rejects.toThrow(
      /train-labels-idx1-ubyte: label 2 at position 3 is outside the 2 classes/,
    )
    writeFiles(folder, { 'classes.txt': Buffer.from('Schuh\nGürtel\n', 'latin1') })
    await expect(loadDataset(folder)).rejects.toThrow(/classes\.txt, line 2: "G.rtel" is not UTF-8 text/)
  })

  test('a training set alone', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, tinyIdx())
    rmSync(join(folder, 't10k-images-idx3-ubyte'))
    rmSync(join(folder, 't10k-labels-idx1-ubyte'))
    expect((await loadDataset(folder)).test).toBeUndefined()
  })

  test('counts that differ', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { ...tinyIdx(6), 'train-labels-idx1-ubyte': tinyIdx(5)['train-labels-idx1-ubyte'] })
    await expect(loadDataset(folder)).rejects.toThrow(/has 6 pictures but .*train-labels-idx1-ubyte has 5 labels/)
  })

  test('a zero-byte file, an empty folder, a missing path, a file of another kind', async () => {
    const folder = temporaryFolder()
    await expect(loadDataset(folder)).rejects.toThrow(/holds no data set/)
    await expect(loadDataset(join(folder, 'none.csv'))).rejects.toMatchObject({
      message: expect.stringContaining('none.csv does not exist'),
      exitCode: 1,
    })
    writeFiles(folder, { 'notes.txt': 'x', 'empty.csv': '' })
    await expect(loadDataset(join(folder, 'notes.txt'))).rejects.toThrow(/is no data set: expected a \.csv file/)
    await expect(loadDataset(join(folder, 'empty.csv'))).rejects.toThrow(/empty\.csv is empty/)
    writeFiles(folder, { ...tinyIdx(), 'train-images-idx3-ubyte': '' })
    await expect(loadDataset(folder)).rejects.toThrow(/train-images-idx3-ubyte is empty \(0 bytes\)/)
  })

  test('a CSV file, whose record names no folder', async () => {
    const folder = temporaryFolder()
    const names = Array.from({ length: 784 }, (_, i) => `pixel${i}`)
    writeFiles(folder, { 'mine.csv.gz': gzipSync(`label,${names}\n3,${new Array(784).fill(0).join(',')}\n`) })
    const set = await loadDataset(join(folder, 'mine.csv.gz'))
    expect(set).toMatchObject({ name: 'mine.csv.gz', train: { length: 1 }, files: [{ path: 'mine.csv.gz' }] })
  })
})

describe('digits at hand', () => {
  test('MNIST where it is found', async () => {
    const root = temporaryFolder()
    writeFiles(root, tinyIdxGz('mnist'))
    const set = await digitsAtHand({ dataDir: root })
    expect(set).toMatchObject({ name: 'mnist', drawn: false })
    expect(set.note).toBeUndefined()
  })

  test('drawn ones where MNIST cannot be had, and that is said', async () => {
    const root = temporaryFolder()
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    try {
      const set = await digitsAtHand({ dataDir: root, drawn: { train: 20, test: 10 } })
      expect(set).toMatchObject({ name: 'drawn', drawn: true })
      expect(set.note).toMatch(/^MNIST was not found and .*; the built-in drawn digits are used instead\.$/)
      expect(readdirSync(root, { recursive: true }).filter(name => String(name).endsWith('.gz'))).toEqual([])
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('a broken MNIST is an error, not a reason to draw', async () => {
    const root = temporaryFolder()
    writeFiles(root, { ...tinyIdxGz('mnist'), 'mnist/train-labels-idx1-ubyte.gz': 'broken' })
    await expect(digitsAtHand({ dataDir: root })).rejects.toThrow(/no gzip file/)
  })
})

test('every known data set is fully described', () => {
  expect(listDatasets().map(d => d.name)).toEqual([
    ...['mnist', 'kaggle', 'drawn', 'drawn-letters', 'drawn-glyphs', 'az', 'glyphs', 'cifar-10', 'cifar-100'],
    ...['made-pictures', 'mitdb', 'made-heartbeats'],
  ])
  for (const info of listDatasets()) {
    expect(info.licence && info.citation && info.address && info.description && info.classes.length).toBeTruthy()
    for (const file of info.files) {
      if (file.sha256) expect(file.sha256).toMatch(/^[0-9a-f]{64}$/)
      if (file.md5) expect(file.md5).toMatch(/^[0-9a-f]{32}$/)
      // Nothing is fetched that cannot be verified.
      if (canFetch(info)) expect(file.sha256 ?? file.md5 ?? file.bytes).toBeDefined()
    }
  }
  expect(datasetInfo('mitdb').files).toHaveLength(144)
})

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Dataset, exampleAt, labelsOf, rowOf } from '../../../src/data/dataset.ts'
import { writeWav } from '../../../src/data/formats/wav.ts'
import { groupsOf } from '../../../src/data/groups.ts'
import { loadDataset } from '../../../src/data/load.ts'
import { loadSignals } from '../../../src/data/signals/signals.ts'
import { holdOut } from '../../../src/data/split.ts'
import { createRandom } from '../../../src/random.ts'
import { temporaryFolder, writeFiles } from '../folder.ts'

/** A CSV of two channels with times at 10 Hz; `a` counts the samples on from `first`, so that it tells where a window lies. */
function csv(samples: number, first = 0, header = 'time,a,b'): string {
  const random = createRandom(first + 1)
  const rows = Array.from({ length: samples }, (_, t) => `${t / 10},${first + t},${random.normal().toFixed(4)}`)
  return `${header}\n${rows.join('\n')}\n`
}

/** A folder per class: `people` with `each` recordings of 60 samples in each of two classes. */
function folders(people: number, each = 1): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [c, label] of ['left', 'right'].entries())
    for (let p = 0; p < people; p++)
      for (let k = 0; k < each; k++) files[`${label}/p${p}/take${k}.csv`] = csv(60, 10_000 * c + 1000 * p + 100 * k)
  return files
}

function written(files: Record<string, string | Uint8Array>): string {
  const folder = join(temporaryFolder(), 'set')
  writeFiles(folder, files)
  return folder
}

const load = (files: Record<string, string | Uint8Array>, options: Parameters<typeof loadSignals>[1] = {}) =>
  loadSignals(written(files), options)

const failed = async (files: Record<string, string | Uint8Array>, options: Parameters<typeof loadSignals>[1] = {}) => {
  const error = await load(files, options).then(
    () => new Error('it was read'),
    error => error,
  )
  expect(error.name, error.stack).toBe('InklingError')
  return error.message as string
}

/** First values of the windows: the sample that each begins with. */
const starts = (ds: Dataset) => Array.from({ length: ds.length }, (_, i) => exampleAt(ds, i)[0])

/** Where the windows of {@link folders} come from, by their values, whatever the loading says of them. */
const peopleOf = (ds: Dataset) => new Set(starts(ds).map(start => Math.floor((start % 10_000) / 1000)))
const recordingsOf = (ds: Dataset) => new Set(starts(ds).map(start => Math.floor(start / 100)))

describe('a folder per class', () => {
  test('becomes windows [samples, channels], half over each other', async () => {
    const { train, test: held, signals } = await load(folders(5), { window: '20', hop: '50%' })
    expect(signals.form).toEqual({ window: 20, hop: 10, rate: 10, channels: ['a', 'b'] })
    expect([train.shape, train.classes]).toEqual([
      [20, 2],
      ['left', 'right'],
    ])
    // 60 samples hold windows from 0, 10, 20, 30 and 40.
    expect(train.length + (held?.length ?? 0)).toBe(10 * 5)
    const all = [...starts(train), ...starts(held as Dataset)].sort((a, b) => a - b)
    expect(all.slice(0, 6)).toEqual([0, 10, 20, 30, 40, 1000])
    for (const part of [train, held as Dataset])
      for (let i = 0; i < part.length; i++) expect(labelsOf(part)[i]).toBe(exampleAt(part, i)[0] >= 10_000 ? 1 : 0)
  })

  test('lengths in seconds and milliseconds; channels by name and number', async () => {
    const { signals } = await load(folders(3), { window: '3s', hop: '500ms', channels: ['b'] })
    expect(signals.form).toEqual({ window: 30, hop: 5, rate: 10, channels: ['b'] })
    const numbered = await load(folders(3), { window: '20', channels: ['3', '2'] })
    expect(exampleAt(numbered.train, 0)[1] % 1).toBe(0)
  })

  test('windows of one recording stay on one side, also of the validation part', async () => {
    const { train, test: held } = await load(folders(6), { window: '20' })
    const { train: rest, validation } = holdOut(train, 0.2)
    const parts = [rest, validation, held as Dataset].map(recordingsOf)
    expect(parts.map(set => set.size > 0)).toEqual([true, true, true])
    expect(new Set(parts.flatMap(set => [...set])).size).toBe(parts.reduce((n, set) => n + set.size, 0))
  })

  test('a person is never on both sides with a group, whatever the seed', async () => {
    const folder = written(folders(6, 3))
    for (let seed = 0; seed < 5; seed++) {
      const { train, test: held, notes } = await loadSignals(folder, { window: '20', group: '{person}/*', seed })
      const { train: rest, validation } = holdOut(train, 0.2, { seed })
      const parts = [rest, validation, held as Dataset].map(peopleOf)
      expect(new Set(parts.flatMap(set => [...set])).size).toBe(6)
      expect(parts.reduce((n, set) => n + set.size, 0)).toBe(6)
      expect(notes?.[4]).toMatch(/from \d of 6 persons; a person is on one side only, else the result leaks/)
    }
    // Without it recordings of a person are on both: what the group is for.
    const { train, test: held } = await loadSignals(folder, { window: '20' })
    const [a, b] = [train, held as Dataset].map(peopleOf)
    expect([...a].filter(person => b.has(person)).length).toBeGreaterThan(0)
  })

  test('five lines say what was decided and why', async () => {
    const { notes } = await load(folders(5))
    expect(notes?.slice(0, 5)).toEqual([
      '10 signals of 60 samples (6 s), 2 channels (a, b), 2 classes',
      'window 60 samples (6 s): all signals have this length, so each is one window',
      'hop 60: 10 windows that do not overlap; channels are standardised by the training part alone',
      expect.stringMatching(/^convolution over time, 150 epochs: /),
      'split: 2 windows to test with, from 2 of 10 recordings; a recording is on one side only, else the result leaks',
    ])
  })

  test('signals shorter than the window are left out, counted and named', async () => {
    const files = { ...folders(4), 'left/short.csv': csv(9), 'right/short.csv': csv(9) }
    const { notes, signals } = await load(files, { window: '20' })
    expect(signals.short).toEqual(['left/short.csv', 'right/short.csv'])
    expect(notes).toContainEqual(
      'warning: 2 shorter than the window of 20 samples (or too near an end) are left out: left/short.csv, right/short.csv',
    )
    expect(await failed(folders(3), { window: '61' })).toMatch(/every signal of .* is shorter than the window of 61/)
  })

  test('few recordings are cut in time, without a sample on both sides, and the notes warn', async () => {
    const files = { 'left/one.csv': csv(2000), 'right/one.csv': csv(2000, 10_000) }
    const { train, test: held, notes } = await load(files, { window: '20', hop: '5' })
    const [a, b] = [starts(train), starts(held as Dataset)]
    expect(b.length).toBeGreaterThan(100)
    const nearest = Math.min(...b.map(one => Math.min(...a.map(other => Math.abs(one - other)))))
    expect(nearest).toBeGreaterThanOrEqual(20)
    expect(notes?.join('\n')).toMatch(/warning: fewer than three recordings of left, right: parts are cut in time/)
  })

  test('where the training part has one recording of a class, validation is cut from it in time', async () => {
    const files = Object.fromEntries(
      ['train', 'test'].flatMap((part, i) =>
        ['left', 'right'].map((label, c) => [`${part}/${label}/one.csv`, csv(2000, 50_000 * i + 10_000 * c)]),
      ),
    )
    const { train, test: held, notes } = await load(files, { window: '20', hop: '5' })
    expect(held?.length).toBe(2 * 397)
    const { train: rest, validation } = holdOut(train, 0.2)
    for (const part of [rest, validation]) expect(new Set(labelsOf(part))).toEqual(new Set([0, 1]))
    const [a, b] = [starts(rest), starts(validation)]
    expect(Math.min(...b.map(one => Math.min(...a.map(other => Math.abs(one - other)))))).toBeGreaterThanOrEqual(20)
    expect(notes?.join('\n')).toMatch(/warning: one recording to train on of left, right: the validation part is cut/)
  })

  test('train/, val/ and test/ are taken as they are; a group in two of them is an error', async () => {
    const parts = (person: (part: number) => string) =>
      Object.fromEntries(
        ['train', 'val', 'test'].flatMap((part, i) =>
          ['left', 'right'].map(label => [`${part}/${label}/${person(i)}-1.csv`, csv(60, 1000 * i)]),
        ),
      )
    const {
      train,
      validation,
      test: held,
      signals,
    } = await load(
      parts(i => `p${i}`),
      { window: '20', group: '{p}-*' },
    )
    expect(signals.layout).toBe('parts')
    expect([train, validation, held].map(part => part && new Set(groupsOf(part)))).toEqual(
      ['p0', 'p1', 'p2'].map(name => new Set([name])),
    )
    expect(
      await failed(
        parts(() => 'p1'),
        { window: '20', group: '{p}-*' },
      ),
    ).toMatch(/p p1 is in two parts of the split/)
    const { 'train/right/p0-1.csv': _, ...without } = parts(i => `p${i}`)
    expect(await failed(without, { window: '20' })).toMatch(/classes that training lacks: right/)
  })

  test('columns are found by name, in any order', async () => {
    const files = folders(3)
    files['right/p2/take0.csv'] = files['right/p2/take0.csv']
      .split('\n')
      .map(row => row.split(',').reverse().join(','))
      .join('\n')
    const { train, test: held } = await load(files, { window: '60' })
    const found = [train, held as Dataset].flatMap(part => starts(part))
    expect(found.sort((a, b) => a - b)).toEqual([0, 1000, 2000, 10_000, 11_000, 12_000])
  })

  test('is told from pictures and tables', async () => {
    expect((await loadDataset(written(folders(3)))).signals).toBeDefined()
    const pictures = written({ 'a/1.png': 'x', 'a/2.png': 'x', 'a/notes.csv': 'x', 'b/1.png': 'x' })
    await expect(loadDataset(pictures, { signals: { window: '3' } })).rejects.toThrow(/is no folder of signals/)
    await expect(loadDataset('mnist', { signals: { window: '3' } })).rejects.toThrow(/mnist is no folder of signals/)
  })
})

describe('rates', () => {
  const tone = (rate: number, seed: number) => {
    const random = createRandom(seed)
    return writeWav({ rate, channels: 1, values: Float32Array.from({ length: rate }, () => 0.1 * random.normal()) })
  }
  const mixed = { 'a/1.wav': tone(800, 1), 'a/2.wav': tone(800, 2), 'b/1.wav': tone(400, 3), 'b/2.wav': tone(800, 4) }

  test('different ones are an error that names files, or resampled', async () => {
    expect(await failed(mixed)).toMatch(/different rates: 800 Hz \(a\/1\.wav\), 400 Hz \(b\/1\.wav\)/)
    const { signals, train, test: held } = await load(mixed, { rate: 400, window: '0.5s', hop: '0.5s' })
    expect(signals.form).toMatchObject({ window: 200, rate: 400 })
    expect(train.length + (held?.length ?? 0)).toBe(8)
  })

  test('seconds and resampling need a rate; --sampled-at gives it', async () => {
    const plain = Object.fromEntries(
      Object.entries(folders(3)).map(([name, text]) => [name, text.replaceAll(/^[^,]*,/gm, '')]),
    )
    expect(await failed(plain, { window: '2s' })).toMatch(/--window 2s: the files do not say how many samples/)
    expect(await failed(plain, { rate: 5 })).toMatch(/does not say how many samples it has a second/)
    const { signals } = await load(plain, { window: '2s', sampledAt: 20, rate: 5 })
    expect(signals.form).toMatchObject({ window: 10, rate: 5 })
  })

  test('other channels are an error', async () => {
    const files = { ...folders(3), 'right/other.csv': csv(60, 0, 'time,a,c') }
    expect(await failed(files)).toMatch(
      /right\/other\.csv has 2 channels \(a, c\), left\/p0\/take0\.csv has 2 \(a, b\)/,
    )
  })
})

describe('one long signal with a label file', () => {
  const long = (labels: string, options: Parameters<typeof loadSignals>[1] = {}, name = 'long.csv') => {
    const folder = written({ [name]: csv(1000), 'labels.csv': labels })
    return loadSignals(join(folder, name), { labels: join(folder, 'labels.csv'), window: '20', ...options })
  }
  const wrong = (labels: string, options: Parameters<typeof loadSignals>[1] = {}) =>
    long(labels, options).then(
      () => 'it was read',
      error => `${error.message}\n${error.hint ?? ''}`,
    )
  const rows = (made: (i: number) => string) => Array.from({ length: 10 }, (_, i) => made(i)).join('\n')

  test('stretches in seconds, and the same in samples', async () => {
    const seconds = await long(`start,end,label\n${rows(i => `${i * 10},${i * 10 + 8},${i % 2 ? 'run' : 'walk'}`)}\n`)
    const samples = await long(
      `start_sample;end_sample;label\n${rows(i => `${i * 100};${i * 100 + 80};${i % 2 ? 'run' : 'walk'}`)}\n`,
    )
    expect(seconds.signals.unit).toBe('window')
    expect(starts(samples.train)).toEqual(starts(seconds.train))
    // Eight seconds at 10 Hz, windows of 20 every 2: from 0 to 60 in each stretch, none over its end.
    const all = [...starts(seconds.train), ...starts(seconds.test as Dataset)]
    expect(all.every(start => start % 100 <= 60)).toBe(true)
    for (const part of [seconds.train, seconds.test as Dataset])
      for (let i = 0; i < part.length; i++)
        expect(part.classes[labelsOf(part)[i]]).toBe(Math.floor(exampleAt(part, i)[0] / 100) % 2 ? 'run' : 'walk')
    expect(seconds.notes?.join('\n')).toMatch(/warning: all windows are of one recording/)
  })

  test('a window longer than what is labelled: whether stretches are short, or moments near an end', async () => {
    const stretches = `start,end,label\n${rows(i => `${i * 10},${i * 10 + (i === 3 ? 9.9 : 8)},${i % 2}`)}\n`
    expect(await wrong(stretches, { window: '100' })).toMatch(
      /^every stretch of .*long\.csv is shorter than the window of 100 samples\nThe longest has 99\. Take a shorter/,
    )
    expect(await wrong('at,label\n1,a\n99,b\n', { window: '100' })).toMatch(
      /^every moment of .*long\.csv is too near an end for the window of 100 samples around it\nTake a shorter/,
    )
  })

  test('samples are from a first to one behind the last: names that say another thing are not taken', async () => {
    expect(
      await wrong(`first_sample,last_sample,label\n${rows(i => `${i * 100},${i * 100 + 79},${i % 2}`)}\n`),
    ).toMatch(
      /labels\.csv does not say where its labels lie; it has first_sample, last_sample, label\n.*start_sample,end_sample/,
    )
    // Beside a file's name too: a row would else be taken for the whole file.
    expect(await wrong(`file,onset,offset,label\n${rows(i => `long.csv,${i},${i + 1},${i % 2}`)}\n`)).toMatch(
      /labels\.csv does not say where its labels lie; it has file, onset, offset, label/,
    )
  })

  test('a signal and its label file are UTF-8, or refused', async () => {
    const latin1 = (text: string) => Buffer.from(text, 'latin1')
    const labels = `start,end,label\n${rows(i => `${i * 10},${i * 10 + 8},${i % 2 ? 'Lä' : 'Lö'}`)}\n`
    const folder = written({ 'long.csv': csv(1000), 'labels.csv': latin1(labels) })
    const read = (name: string) => loadSignals(join(folder, name), { labels: join(folder, 'labels.csv'), window: '20' })
    await expect(read('long.csv')).rejects.toThrow(/labels\.csv, line 2: "0,8,L.*" is not UTF-8 text/)
    writeFiles(folder, { 'labels.csv': labels, 'bad.csv': latin1(csv(1000, 0, 'time,ä,ö')) })
    await expect(read('bad.csv')).rejects.toThrow(/bad\.csv, line 1: "time,.*" is not UTF-8 text/)
  })

  test('stretches stay whole on one side', async () => {
    const { train, test: held } = await long(
      `start,end,label\n${Array.from({ length: 40 }, (_, i) => `${i * 2.5},${i * 2.5 + 2.5},${i % 2}`).join('\n')}\n`,
      { hop: '1' },
    )
    const stretch = (ds: Dataset) => new Set(starts(ds).map(start => Math.floor(start / 25)))
    const b = stretch(held as Dataset)
    expect([...stretch(train)].filter(i => b.has(i))).toEqual([])
    expect(b.size).toBeGreaterThan(3)
  })

  test('--rest makes a class of what lies between', async () => {
    const { train, test: held } = await long(`start,end,label\n${rows(i => `${i * 10},${i * 10 + 5},up`)}\n`, {
      rest: 'nothing',
    })
    expect(train.classes).toEqual(['nothing', 'up'])
    for (const part of [train, held as Dataset])
      for (let i = 0; i < part.length; i++) expect(labelsOf(part)[i]).toBe(exampleAt(part, i)[0] % 100 < 50 ? 1 : 0)
  })

  test('what lies between two parts is no rest of either', async () => {
    const spans = ['10,20,up,train', '30,40,up,train', '60,70,up,test', '80,90,up,test']
    const { train, test: held } = await long(`start,end,label,split\n${spans.join('\n')}\n`, { rest: 'nothing' })
    const of = (part: Dataset) => starts(part).filter((_, i) => labelsOf(part)[i] === train.classes.indexOf('nothing'))
    expect([Math.max(...of(train)) < 300, of(train).length > 0]).toEqual([true, true])
    expect([Math.min(...of(held as Dataset)) >= 700, of(held as Dataset).length > 0]).toEqual([true, true])
  })

  test('seconds are placed by the clock of the file, not by the round rate', async () => {
    const rows = Array.from({ length: 60_000 }, (_, t) => `${(t / 100.09).toFixed(4)},${t}`)
    const folder = written({
      'long.csv': `time,a\n${rows.join('\n')}\n`,
      'labels.csv': 'start,end,label\n0,10,a\n590,591,b\n',
    })
    const { train, signals } = await loadSignals(join(folder, 'long.csv'), {
      ...{ labels: join(folder, 'labels.csv'), window: '100', hop: '100', testShare: 0 },
    })
    expect(signals.form.rate).toBe(100)
    expect(starts(train).at(-1)).toBe(Math.round(590 * 100.09))
  })

  test('moments lie in the middle of their windows; without labels they are events', async () => {
    const { train, test: held } = await long(`at\n${rows(i => `${i * 10 + 4}`)}\n`, { hop: '20' })
    expect(train.classes).toEqual(['event', 'rest'])
    const events = [train, held as Dataset].flatMap(part => starts(part).filter((_, i) => labelsOf(part)[i] === 0))
    expect(events.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => i * 100 + 30))
    const rest = [train, held as Dataset].flatMap(part => starts(part).filter((_, i) => labelsOf(part)[i] === 1))
    expect(rest.every(start => start % 100 >= 50 || start % 100 <= 10)).toBe(true)
  })

  test('the clock of a column of times that does not begin at 0', async () => {
    const folder = written({
      'long.csv': csv(400).replaceAll(/^(\d[\d.]*),/gm, (_, t) => `${(Number(t) + 7).toFixed(1)},`),
      'labels.csv': 'start,end,label\n7,17,a\n17,27,b\n27,37,a\n37,47,b\n',
    })
    const { train, test: held } = await loadSignals(join(folder, 'long.csv'), {
      labels: join(folder, 'labels.csv'),
      window: '20',
    })
    expect(Math.min(...starts(train), ...starts(held as Dataset))).toBe(0)
  })

  test('several signals: a column of files, and one that groups', async () => {
    const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`r${i}.csv`, csv(200, 1000 * i)]))
    const table = Array.from({ length: 6 }, (_, i) => `r${i},0,10,low,p${i >> 1}\nr${i},10,20,high,p${i >> 1}`)
    const folder = written({ ...files, 'labels.csv': `file,start,end,label,patient\n${table.join('\n')}\n` })
    const byFile = await loadDataset(folder, { signals: { window: '20' } })
    expect(byFile.train.groups?.kind).toBe('recording')
    const grouped = await loadDataset(folder, { signals: { window: '20', group: 'patient' } })
    const [a, b] = [grouped.train, grouped.test as Dataset].map(part => new Set(groupsOf(part)))
    expect([...a].filter(name => b.has(name))).toEqual([])
    expect(a.size + b.size).toBe(3)
    const of = (ds: Dataset, i: number) => grouped.signals?.files[grouped.signals.fileOf[rowOf(ds, i)]]
    expect(of(grouped.train, 0)).toMatch(/^r\d$/)
  })

  test.each([
    ['start,end,label\n0,5,a\n99,101,b\n', /line 3: 99 to 101 s is outside long\.csv, which has 100 s/],
    ['start,end,label\n-1,5,a\n6,7,b\n', /line 2: -1 to 5 s is outside/],
    ['start,end,label\n5,5,a\n', /line 2: the stretch ends at 5, before it begins at 5/],
    ['start,end,label\n5,x,a\n', /line 2: "x" is no number of seconds/],
    ['start,end,label\n5,nan,a\n', /line 2: "nan" is no number/],
    ['start,end,label\n0,5,\n', /line 2: the label is missing/],
    ['start,end,label\n0,10,a\n8,12,b\n', /lines 2 and 3: a and b lie over each other/],
    ['start,end,label\n0,50,a\n5,10,a\n20,40,b\n', /lines 2 and 4: a and b lie over each other/],
    ['start,label\n0,a\n', /has a column "start" and no "end"/],
    ['when,label\n0,a\n', /does not say where its labels lie; it has when, label/],
    ['start,end,label\n0,50,a\n50,100,a\n', /windows of one class only: a/],
    ['at_sample,label\n1000.6,a\n500,b\n', /line 2: 1000\.6 is outside long\.csv, which has 1000 samples/],
    ['file,start,end,label\nother.csv,0,1,a\n', /no row of .*labels\.csv is of long\.csv/],
  ])('%j', async (labels, says) => {
    expect(await wrong(labels)).toMatch(says)
  })

  test('a label that was not learned is an error of its line', async () => {
    const form = { window: 20, hop: 20, rate: 10, channels: ['a', 'b'] }
    expect(await wrong('start,end,label\n0,10,a\n20,30,c\n', { known: { form, classes: ['a', 'b'] } })).toMatch(
      /labels\.csv, line 3: "c" is no class that was learned\nKnown: a, b/,
    )
  })

  test('seconds mean nothing without a rate', async () => {
    const folder = written({ 'long.csv': '1\n2\n3\n4\n', 'labels.csv': 'start,end,label\n0,1,a\n1,2,b\n' })
    const args = [join(folder, 'long.csv'), { labels: join(folder, 'labels.csv'), window: '1' }] as const
    await expect(loadSignals(...args)).rejects.toThrow(/gives seconds, and long\.csv does not say/)
    const { train, test: held } = await loadSignals(args[0], { ...args[1], sampledAt: 2, hop: '1' })
    expect(train.length + (held?.length ?? 0)).toBe(4)
  })
})

describe('--group', () => {
  test.each([
    ['person', /for folders it is|--group person names a column/i],
    ['*', /no pattern with one word in braces/],
    ['{a}-{b}', /no pattern with one word in braces/],
    ['{person}-*', /--group does not fit left\/p0\/take0\.csv: it is held against "p0\/take0\.csv"/],
  ])('%s', async (group, says) => {
    expect(await failed(folders(3), { group })).toMatch(says)
  })
})

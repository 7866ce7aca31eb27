import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { make } from '../../src/cli/data/make.ts'
import { classCounts, exampleAt } from '../../src/data/dataset.ts'
import { loadDataset } from '../../src/data/load.ts'
import { PICTURE_KINDS } from '../../src/data/synthetic/pictures.ts'
import { inkling, withoutData } from './inkling.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-made-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('made heartbeats: the facts that mitdb has, built in and as files of that set', () => {
  const env = withoutData(folder)
  const builtIn = inkling(['data', 'info', 'made-heartbeats', '--json'], { env }).object()
  expect(builtIn.records).toHaveLength(48)
  expect(builtIn.records[0]).toMatchObject({ name: '100', leads: ['MLII', 'V5'], seconds: 120 })
  for (const symbol of ['N', 'L', 'R', 'A', 'V', 'F', '/', 'f', 'Q']) expect(builtIn.beats[symbol]).toBeGreaterThan(0)
  expect(Object.keys(builtIn.segments)).toEqual(['aami', 'abnormal', 'not-n'])
  expect(builtIn.parts.map((part: { name: string }) => part.name)).toEqual([
    'made-heartbeats/train',
    'made-heartbeats/test',
  ])

  const out = join(folder, 'heartbeats')
  expect(inkling(['data', 'make', 'heartbeats', '--out', out, '--json']).object()).toEqual({ folder: out, files: 144 })
  const written = inkling(['data', 'info', 'mitdb', '--data-dir', out, '--json'], { env }).object()
  for (const fact of ['records', 'beats', 'segments']) expect(written[fact], fact).toEqual(builtIn[fact])
  expect(written.parts.map((part: { perClass: number[] }) => part.perClass)).toEqual(
    builtIn.parts.map((part: { perClass: number[] }) => part.perClass),
  )
  // Nobody takes them for the real ones: of all that was read (paced records are not) none is canonical.
  const canonical = written.files.map((file: { canonical: boolean | null }) => file.canonical)
  expect(canonical.filter((state: boolean | null) => state === false)).toHaveLength(3 * 44)
  expect(canonical).not.toContain(true)
})

test('made pictures: a folder for each part and class, read back as they were made', async () => {
  const out = join(folder, 'pictures')
  const made = inkling(['data', 'make', 'pictures', '--out', out, '--seed', '3', '--json'])
  expect(made.object()).toEqual({ folder: out, files: 1200 })
  expect(readdirSync(out).sort()).toEqual(['test', 'train'])
  expect(readdirSync(join(out, 'train')).sort()).toEqual([...PICTURE_KINDS].sort())
  expect([...readFileSync(join(out, 'train', 'star', '0001.png')).subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
  const { train, test: held } = await loadDataset(out)
  expect(train.shape).toEqual([32, 32, 3])
  expect(classCounts(train)).toEqual(new Array(10).fill(100))
  expect(held?.length).toBe(200)
  const set = await loadDataset('made-pictures', { drawn: { train: 10, test: 0, seed: 3 } })
  const star = Array.from({ length: 10 }, (_, i) => i).find(
    i => set.train.labels?.[i] === PICTURE_KINDS.indexOf('star'),
  )
  // Classes of a folder are in the order of their names, its pictures in that of theirs.
  const first = 100 * [...PICTURE_KINDS].sort().indexOf('star')
  expect(exampleAt(train, first)).toEqual(exampleAt(set.train, star as number))
})

test('a folder that holds something is left alone', () => {
  const again = inkling(['data', 'make', 'pictures', '--out', folder])
  expect(again.stderr).toMatch(/is not empty/)
  expect(again.status).toBe(2)
})

test.skipIf(process.platform === 'win32')('a folder that one may not write to is told as such', async () => {
  const out = mkdtempSync(join(tmpdir(), 'inkling-locked-'))
  chmodSync(out, 0o555)
  const root = process.geteuid?.() === 0
  // Root may write everywhere.
  if (root) process.seteuid?.(65534)
  try {
    await expect(make('recording', { out: join(out, 'made') })).rejects.toMatchObject({
      message: `${join(out, 'made', 'long.csv')} cannot be written: permission denied`,
      hint: expect.stringContaining('choose another one'),
    })
  } finally {
    if (root) process.seteuid?.(0)
    rmSync(out, { recursive: true })
  }
})

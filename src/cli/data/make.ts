import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encode } from 'fast-png'
import { exampleAt, labelAt } from '../../data/dataset.ts'
import { MITDB_RECORDS } from '../../data/datasets/mitdb.ts'
import { fileError } from '../../data/files.ts'
import { writeWav } from '../../data/formats/wav.ts'
import { madeHeartRecord } from '../../data/synthetic/heart/index.ts'
import { madePictures } from '../../data/synthetic/pictures.ts'
import { type MadeSignal, madeMachines, madeRecording, madeSounds } from '../../data/synthetic/signals.ts'
import { testSeed } from '../../data/synthetic/testSeed.ts'
import { InklingError } from '../../errors.ts'
import { plural } from '../../words.ts'
import type { SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'

/** What can be made. */
export type MadeKind = 'signals' | 'sounds' | 'recording' | 'pictures' | 'heartbeats'

interface MakeOptions extends SharedOptions {
  out?: string
}

type MadeFile = readonly [name: string, content: string | Uint8Array]

/** Pictures of each part. */
const PICTURES = { train: 1000, test: 200 }

/** The files of each kind, and the command that takes them. */
const KINDS: Readonly<Record<MadeKind, { files(seed: number): Iterable<MadeFile>; next(out: string): string }>> = {
  signals: { files: seed => folders(madeMachines({ seed }), 'csv', csv), next: out => `inkling train ${out}` },
  sounds: { files: seed => folders(madeSounds({ seed }), 'wav', wav), next: out => `inkling train ${out}` },
  recording: {
    files: oneRecording,
    next: out => `inkling train ${join(out, 'long.csv')} --labels ${join(out, 'labels.csv')}`,
  },
  pictures: { files: pictures, next: out => `inkling train ${out}` },
  heartbeats: { files: heartbeats, next: out => `inkling train signal-cnn --data mitdb --data-dir ${out}` },
}

/** `inkling data make`: made data as files, to try things out with. */
export async function make(what: MadeKind, options: MakeOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { out = what, seed = 0 } = options
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new InklingError(`${out} is not empty`, { exitCode: 2, hint: 'Choose another folder with --out.' })
  const { files, next } = KINDS[what]
  let count = 0
  for (const [name, content] of files(seed)) {
    await write(join(out, name), content)
    count++
  }
  output.result({ folder: out, files: count })
  output.say(`${out}: ${plural(count, 'file')}, made by the program.\nNext: ${next(out)}`)
}

/** Without a flush to the disk, which takes longer than the making: what is lost can be made again. */
async function write(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  } catch (error) {
    throw fileError(error, path, 'written')
  }
}

/** A folder for each class, the source in front of each name. */
function folders(
  made: readonly MadeSignal[],
  ending: string,
  content: (signal: MadeSignal) => string | Uint8Array,
): MadeFile[] {
  const counts = new Map<string, number>()
  return made.map(signal => {
    const stem = `${signal.label}/${signal.source}-`
    const n = (counts.get(stem) ?? 0) + 1
    counts.set(stem, n)
    return [`${stem}${n}.${ending}`, content(signal)]
  })
}

function oneRecording(seed: number): MadeFile[] {
  const { stretches, ...recording } = madeRecording({ seed })
  const rows = stretches.map(({ start, end, label }) => `${start},${end},${label}`)
  return [
    ['long.csv', csv(recording)],
    ['labels.csv', `start,end,label\n${rows.join('\n')}\n`],
  ]
}

/** `train/star/0001.png`: a folder for each part, in it one for each class. */
function* pictures(seed: number): Iterable<MadeFile> {
  for (const part of ['train', 'test'] as const) {
    const made = madePictures({ count: PICTURES[part], seed: part === 'train' ? seed : testSeed(seed) })
    const [height, width] = made.shape
    for (let i = 0; i < made.length; i++) {
      const data = exampleAt(made, i) as Uint8Array
      const number = String(Math.floor(i / made.classes.length) + 1).padStart(4, '0')
      const png = encode({ width, height, channels: 3, depth: 8, data })
      yield [`${part}/${made.classes[labelAt(made, i)]}/${number}.png`, png]
    }
  }
}

/** The files of 48 records under the names of MIT-BIH's. */
function* heartbeats(seed: number): Iterable<MadeFile> {
  for (const name of MITDB_RECORDS) yield* Object.entries(madeHeartRecord(name, { seed }))
}

const wav = ({ rate, values }: MadeSignal) => writeWav({ rate, channels: 1, values })

function csv({ names, values, rate }: Omit<MadeSignal, 'label'>): string {
  const channels = names.length
  const rows = Array.from({ length: values.length / channels }, (_, t) => {
    const cells = Array.from(values.subarray(t * channels, (t + 1) * channels), value => value.toFixed(3))
    return `${Number((t / rate).toFixed(6))},${cells.join(',')}`
  })
  return `time,${names.join(',')}\n${rows.join('\n')}\n`
}

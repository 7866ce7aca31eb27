import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeWav } from '../../data/formats/wav.ts'
import { type MadeSignal, madeMachines, madeRecording, madeSounds } from '../../data/synthetic/signals.ts'
import { InklingError } from '../../errors.ts'
import { writeFileAtomic } from '../../training/files.ts'
import type { SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'

/** What can be made. */
export type MadeKind = 'signals' | 'sounds' | 'recording'

interface MakeOptions extends SharedOptions {
  out?: string
}

/** `inkling data make`: made signals as files, to try things out with. */
export async function make(what: MadeKind, options: MakeOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { out = what, seed = 0 } = options
  if (existsSync(out) && readdirSync(out).length > 0)
    throw new InklingError(`${out} is not empty`, { exitCode: 2, hint: 'Choose another folder with --out.' })
  const files = what === 'recording' ? oneRecording(seed) : folders(what, seed)
  for (const [name, bytes] of files) await writeFileAtomic(join(out, name), bytes, { what: 'the made signals' })
  const next =
    what === 'recording'
      ? `inkling train ${join(out, 'long.csv')} --labels ${join(out, 'labels.csv')}`
      : `inkling train ${out}`
  output.result({ folder: out, files: files.length })
  output.say(`${out}: ${files.length} files, made by the program.\nNext: ${next}`)
}

/** A folder for each class, the source in front of each name. */
function folders(what: 'signals' | 'sounds', seed: number): [string, string | Uint8Array][] {
  const counts = new Map<string, number>()
  const made = what === 'sounds' ? madeSounds({ seed }) : madeMachines({ seed })
  return made.map(signal => {
    const stem = `${signal.label}/${signal.source}-`
    const n = (counts.get(stem) ?? 0) + 1
    counts.set(stem, n)
    return what === 'sounds'
      ? [`${stem}${n}.wav`, writeWav({ rate: signal.rate, channels: 1, values: signal.values })]
      : [`${stem}${n}.csv`, csv(signal)]
  })
}

function oneRecording(seed: number): [string, string][] {
  const { stretches, ...recording } = madeRecording({ seed })
  const rows = stretches.map(({ start, end, label }) => `${start},${end},${label}`)
  return [
    ['long.csv', csv(recording)],
    ['labels.csv', `start,end,label\n${rows.join('\n')}\n`],
  ]
}

function csv({ names, values, rate }: Omit<MadeSignal, 'label'>): string {
  const channels = names.length
  const rows = Array.from({ length: values.length / channels }, (_, t) => {
    const cells = Array.from(values.subarray(t * channels, (t + 1) * channels), value => value.toFixed(3))
    return `${Number((t / rate).toFixed(6))},${cells.join(',')}`
  })
  return `time,${names.join(',')}\n${rows.join('\n')}\n`
}

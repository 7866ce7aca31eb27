import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createDataset } from '../data/dataset.ts'
import { fileError, isCsv, readDataFile } from '../data/files.ts'
import { filesIn } from '../data/folders.ts'
import { parseSignalCsv } from '../data/formats/signalCsv.ts'
import { decodeText } from '../data/formats/text.ts'
import { copyStretches, windowsOf } from '../data/heartbeats/examples.ts'
import { completeMitdb, type MitdbOptions } from '../data/heartbeats/mitdb.ts'
import { type ReadFile, readHeartHeader, readHeartRecord, readLeads } from '../data/heartbeats/records.ts'
import { InklingError } from '../errors.ts'
import { plural } from '../words.ts'
import type { Inputs, Reads } from './inputForm.ts'
import { readEach } from './readEach.ts'

/** Samples a second of MIT-BIH and of what is made in its form. */
const FREQUENCY = 360
const RECORD = /\.(hea|dat|atr)$/i

/** Examples of one file. */
interface Read {
  names: string[]
  /** [examples, samples, leads]. */
  values: Float32Array
  notes: string[]
}

/**
 * Reads electrocardiograms for a run that learned heartbeats: WFDB records (named by one of their files), cut and
 * standardised as those that it learned, and CSV files with an example in each line. Of several files the unreadable ones are
 * left out.
 */
export async function readHeartbeats(
  paths: readonly string[],
  settings: MitdbOptions = {},
  { inputShape: shape, classes }: Reads,
): Promise<Inputs> {
  const [length, leads] = shape
  const { unit } = completeMitdb(settings)
  const parts: Read[] = []
  const read = async (path: string) => {
    parts.push(isCsv(path) ? await readLines(path, length, leads) : await readRecord(path, unit, length, leads))
  }
  // Whatever is wrong with one of them need not be wrong with the others.
  const unreadable = await readEach(expand(paths), 'recordings', read, () => false)
  const features = new Float32Array(parts.reduce((sum, { values }) => sum + values.length, 0))
  let at = 0
  for (const { values } of parts) {
    features.set(values, at)
    at += values.length
  }
  const names = parts.flatMap(part => part.names)
  const notes = parts.flatMap(part => part.notes)
  if (names.length === 0)
    throw new InklingError(`there is no ${unit} of ${length} samples in ${paths.join(', ')}`, {
      hint: notes[0]?.replace(/^warning: /, ''),
    })
  const dataset = createDataset({ name: 'heartbeats', shape, classes, features })
  return { dataset, names, blank: new Set(), unreadable, notes }
}

/** Files and folders as given, each folder replaced by its records, or else by its CSV files. */
function expand(paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    const info = statSync(path, { throwIfNoEntry: false })
    // WFDB names a record without an ending.
    if (!info && statSync(`${path}.hea`, { throwIfNoEntry: false })) return [`${path}.hea`]
    if (!info) throw fileError({ code: 'ENOENT' }, path)
    if (!info.isDirectory()) {
      if (RECORD.test(path)) return [path.replace(RECORD, '.hea')]
      if (isCsv(path)) return [path]
      throw new InklingError(`this run learned heartbeats: it reads WFDB records (.hea) and .csv files, got ${path}`, {
        exitCode: 2,
      })
    }
    const files = filesIn(path)
    const records = files.filter(name => /\.hea$/i.test(name))
    const found = records.length > 0 ? records : files.filter(isCsv)
    if (found.length === 0) throw new InklingError(`the folder ${path} holds no heartbeats (.hea, .csv)`)
    return found.map(name => join(path, name))
  })
}

/** A line of a CSV file is an example: its samples one after the other, those of two leads in turn. */
async function readLines(path: string, length: number, leads: number): Promise<Read> {
  const { bytes } = await readDataFile(path)
  const { values, channels } = parseSignalCsv(decodeText(bytes, path), path)
  const inWords = leads === 1 ? `${length} samples` : `${length} samples of ${leads} leads in turn`
  if (channels !== length * leads)
    throw new InklingError(
      `${path} has ${plural(channels, 'number')} a line; this run reads heartbeats, a line each: ${inWords}`,
      { exitCode: 2, hint: 'Or name a WFDB record: its .hea file, beside which lie .dat and .atr.' },
    )
  const names = Array.from({ length: values.length / channels }, (_, i) => `${path}:${i + 1}`)
  return { names, values, notes: standardWarning(path, values) }
}

/**
 * Of a few beats nobody can tell the mean and the deviation of the recording that they come from, so lines are taken as
 * they are; but values in millivolts or in steps of a converter are another thing than what the run learned.
 */
function standardWarning(path: string, values: Float32Array): string[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  if (Math.abs(mean) < 1 && deviation > 0.5 && deviation < 4) return []
  const found = `mean ${Number(mean.toPrecision(3))}, deviation ${Number(deviation.toPrecision(3))}`
  return [
    `warning: the values of ${path} have ${found}: the run learned recordings that each had mean 0 and deviation 1 as a whole`,
  ]
}

/** A record cut as the run's: a window around each annotated beat, or one stretch behind the other. */
async function readRecord(path: string, unit: 'beat' | 'segment', length: number, leads: number): Promise<Read> {
  const folder = dirname(path)
  const read: ReadFile = async name => {
    const source = join(folder, name)
    return { bytes: (await readDataFile(source)).bytes, source }
  }
  const name = basename(path).replace(RECORD, '')
  if (unit === 'beat' && !existsSync(join(folder, `${name}.atr`)))
    throw new InklingError(`${path} has no annotations beside it (${name}.atr): this run reads windows around beats`, {
      exitCode: 2,
      hint: 'Mark the beats first, for example with gqrs of the WFDB tools (-o atr).',
    })
  // Stretches need no beats, so none need to be annotated.
  const beats = unit === 'beat' ? await readHeartRecord(name, read) : undefined
  const record = beats ?? (await readHeartHeader(name, read))
  const notes: string[] = []
  if (record.header.frequency !== FREQUENCY)
    throw new InklingError(
      `${path} has ${record.header.frequency} samples a second, the heartbeats that the run learned have ${FREQUENCY}`,
      { exitCode: 2, hint: 'Resample it, for example with xform of the WFDB tools.' },
    )
  if (record.leads.length < leads)
    throw new InklingError(`${path} has ${record.leads.length} leads, the run reads ${leads}`, { exitCode: 2 })
  const first = Math.max(0, record.leads.indexOf('MLII'))
  if (record.leads[first] !== 'MLII') notes.push(`warning: ${path} has no lead MLII; ${record.leads[first]} is read`)
  const positions = leads === 1 ? [first] : [first, first === 0 ? 1 : 0]
  // Read before they are cut: the files tell whether the length in the header is true.
  const signal = await readLeads(record, positions, read)
  const starts = beats
    ? windowsOf(beats, length, 'aami').starts
    : Int32Array.from({ length: Math.floor(record.length / length) }, (_, i) => i * length)
  if (starts.length === 0) notes.push(`warning: ${path} has no ${beats ? 'annotated beat' : `${length} samples`}`)
  const values = new Float32Array(starts.length * length * leads)
  copyStretches(signal, leads, starts, length, values, 0)
  const stem = path.replace(RECORD, '')
  const names = Array.from(starts, (start, i) => `${stem}:${beats ? beats.beatSamples[i] : start}`)
  return { names, values, notes }
}

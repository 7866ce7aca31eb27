import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createDataset } from '../data/dataset.ts'
import { fileError } from '../data/files.ts'
import { filesIn } from '../data/folders.ts'
import { lengthText } from '../data/signals/lengths.ts'
import { isSignalName, readSignal } from '../data/signals/readSignal.ts'
import type { Signal } from '../data/signals/types.ts'
import { gatherWindows, type Window } from '../data/signals/windows.ts'
import { InklingError } from '../errors.ts'
import type { SignalSettings } from '../training/runConfig.ts'
import type { Prediction } from '../training/trainable.ts'
import type { Inputs, InputWindows, SignalQuestion } from './inputForm.ts'
import { readEach } from './readEach.ts'

/**
 * Reads recordings as a run learned them: windows one hop apart from the beginning on. `names` are the files as given, or
 * `long.csv:1280` for the window that begins at sample 1280 (of the rate that the run reads at). Of several files the
 * unreadable ones are left out.
 */
export async function readSignals(
  paths: readonly string[],
  settings: SignalSettings,
  { inputShape: shape, classes }: { inputShape: readonly number[]; classes: readonly string[] },
  { windows: single = settings.unit === 'window', sampledAt = settings.sampledAt }: SignalQuestion,
): Promise<Inputs> {
  const [window, hop] = [Number(settings.window), Number(settings.hop)]
  const { rate, channels } = settings
  const files: string[] = []
  const signals: Signal[] = []
  const windows: Pick<Window, 'file' | 'start'>[] = []
  const notes: string[] = []
  const unreadable = await readEach(expandSignals(paths), 'signals', async path => {
    const signal = await readSignal(path, { channels, sampledAt, rate })
    const file = files.push(path) - 1
    signals.push(signal)
    if (signal.factor !== 1)
      notes.push(`${path} is resampled from ${Math.round((rate as number) / signal.factor)} to ${rate} Hz`)
    if (signal.samples < window)
      notes.push(
        `warning: ${path} is left out: ${lengthText(signal.samples, rate)}, shorter than the window of ${window}`,
      )
    for (let start = 0; start + window <= signal.samples; start += hop) windows.push({ file, start })
  })
  if (windows.length === 0)
    throw new InklingError(
      `${files.length === 1 ? files[0] : `each of ${files.length} files`} is shorter than the window of ${lengthText(window, rate)} that the run reads`,
    )
  const features = gatherWindows(windows, signals, window)
  const dataset = createDataset({ name: 'signals', shape, classes, features })
  const kept = files.map((_, file) => file).filter(file => signals[file].samples >= window)
  if (!single) {
    const nameOf = Int32Array.from(windows, ({ file }) => kept.indexOf(file))
    return { dataset, names: kept.map(file => files[file]), blank: new Set(), unreadable, windows: { nameOf }, notes }
  }
  return {
    dataset,
    names: windows.map(({ file, start }) => `${files[file]}:${start}`),
    blank: new Set(),
    unreadable,
    windows: {
      nameOf: Int32Array.from(windows.keys()),
      starts: windows.map(({ file, start }) => ({
        start,
        ...(rate !== undefined && { seconds: Number((signals[file].start + start / rate).toFixed(6)) }),
      })),
    },
    notes,
  }
}

/** Files and folders as given, each folder replaced by its recordings. */
function expandSignals(paths: readonly string[]): string[] {
  return paths.flatMap(path => {
    let folder: boolean
    try {
      folder = statSync(path).isDirectory()
    } catch (error) {
      throw fileError(error, path)
    }
    if (!folder) {
      if (isSignalName(path)) return [path]
      throw new InklingError(`this run learned signals: it reads .wav and .csv files, got ${path}`, { exitCode: 2 })
    }
    const names = filesIn(path).filter(isSignalName)
    if (names.length === 0) throw new InklingError(`the folder ${path} holds no signals (.wav, .csv)`)
    return names.map(name => join(path, name))
  })
}

/** The answer on each name: the mean of its windows' probabilities. */
export function averageByName(
  answers: readonly Prediction[],
  names: readonly string[],
  { nameOf }: InputWindows,
  classes: readonly string[],
): (Prediction & { windows: number })[] {
  const sums = names.map(() => ({ sum: new Float64Array(classes.length), count: 0 }))
  answers.forEach(({ probabilities }, i) => {
    const own = sums[nameOf[i]]
    own.count++
    probabilities.forEach((p, k) => {
      own.sum[k] += p
    })
  })
  return sums.map(({ sum, count }) => {
    const probabilities = Float32Array.from(sum, value => value / count)
    const best = probabilities.indexOf(Math.max(...probabilities))
    return { label: classes[best], class: best, probability: probabilities[best], probabilities, windows: count }
  })
}

import { resolve } from 'node:path'
import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import type { RunConfig } from './runConfig.ts'
import type { CommonOptions, NewRun } from './trainOptions.ts'

/** Progress is noted so often while pictures are read. */
const NOTE_MS = 5000

/** What the loading of a new run's data takes; a split that the loading makes is drawn by the run's seed, if not by its own. */
export function loadSettings(options: NewRun): LoadOptions {
  const { dataDir, drawn, mitdb, glyphs, images, table, signals, changes, fold, seed = 0 } = options
  // Of folds every example takes part.
  const whole = fold && { testShare: 0 }
  return {
    ...{ dataDir, drawn, mitdb, glyphs, images: { seed, ...pictureWatch(options), ...images, ...whole } },
    asksLabel: true,
    table: table && { seed, ...table, ...(fold ? { fold } : { validation: changes?.validation }) },
    signals: { seed, ...signals, ...whole },
  }
}

/** Ctrl-C ends the reading of many pictures, and now and then it is said how far it is. */
export function pictureWatch({ signal, onNote }: Pick<CommonOptions, 'signal' | 'onNote'>): LoadOptions['images'] {
  let noted = Date.now()
  return {
    signal,
    onProgress(done, total) {
      if (Date.now() - noted < NOTE_MS) return
      noted = Date.now()
      onNote?.(`read ${done} of ${total} pictures`)
    },
  }
}

/** The part of it that goes into `config.json`, so that the same examples can be made again. */
export function settingsToKeep(options: NewRun, loaded: LoadedDataset): RunConfig['data']['settings'] {
  const { images, mitdb, glyphs, table, signals } = loadSettings(options)
  const kept: NonNullable<RunConfig['data']['settings']> = {}
  if (loaded.images) {
    const { height, width, channels, fit } = loaded.images.form
    kept.images = { size: [height, width], channels, fit, seed: images?.seed, testShare: images?.testShare }
  }
  if (loaded.table && table) kept.table = { ...table }
  if (loaded.signals) {
    const { form, unit } = loaded.signals
    const { sampledAt, labels, label, rest, group, testShare, seed } = signals ?? {}
    kept.signals = {
      ...{ window: String(form.window), hop: String(form.hop), rate: form.rate, channels: form.channels },
      ...{ sampledAt, labels: labels && resolve(labels), label, rest, group, testShare, seed },
      unit,
    }
  }
  if (loaded.intervals && mitdb) kept.mitdb = { ...mitdb }
  if (loaded.name === 'glyphs' && glyphs) kept.glyphs = { ...glyphs }
  return Object.keys(kept).length > 0 ? kept : undefined
}

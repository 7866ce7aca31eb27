import type { LoadedDataset, LoadOptions } from '../data/load.ts'
import type { RunConfig } from './runConfig.ts'
import type { NewRun } from './trainOptions.ts'

/** What the loading of a new run's data takes; a split that the loading makes is drawn by the run's seed. */
export function loadSettings({ dataDir, drawn, mitdb, glyphs, images, table, changes, seed = 0 }: NewRun): LoadOptions {
  const validation = changes?.validation
  return {
    ...{ dataDir, drawn, mitdb, glyphs, images: { seed, ...images } },
    table: table && { ...table, seed, validation },
  }
}

/** The part of it that goes into `config.json`, so that the same examples can be made again. */
export function settingsToKeep(options: NewRun, loaded: LoadedDataset): RunConfig['data']['settings'] {
  const { images, mitdb, glyphs, table } = loadSettings(options)
  const kept: NonNullable<RunConfig['data']['settings']> = {}
  if (loaded.images) {
    const { height, width, channels, fit } = loaded.images.form
    kept.images = { size: [height, width], channels, fit, seed: images?.seed, testShare: images?.testShare }
  }
  if (loaded.table && table) kept.table = { ...table }
  if (loaded.name === 'mitdb' && mitdb) kept.mitdb = { ...mitdb }
  if (loaded.name === 'glyphs' && glyphs) kept.glyphs = { ...glyphs }
  return Object.keys(kept).length > 0 ? kept : undefined
}

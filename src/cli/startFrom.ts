import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readImported } from '../training/importedRun.ts'
import type { RunConfig } from '../training/runConfig.ts'
import { RUN_FILES, readConfig } from '../training/runFolder.ts'
import type { NewRun } from '../training/trainOptions.ts'

/**
 * The model of a run, for a training that goes on with its weights and names no other; pictures are made for it as the
 * run made its own.
 */
export async function modelOf(path: string): Promise<Pick<NewRun, 'model' | 'recipe' | 'images' | 'signals'>> {
  const { loadModel } = await import('../training/trainable.ts')
  const { house } = await import('../zoo/index.ts')
  const { model } = await loadModel(path)
  return {
    ...(model.origin ? { model, recipe: house() } : { model: model.name }),
    images: picturesOf(path),
    signals: signalsOf(path),
  }
}

/** Signals are cut and resampled as the run's. */
function signalsOf(path: string): NewRun['signals'] {
  const folder = runOf(path)
  if (folder === undefined || readImported(folder)) return undefined
  const { window, hop, rate, channels, sampledAt } = readConfig(folder).data.settings?.signals ?? {}
  return window === undefined ? undefined : { window, hop, rate, channels, sampledAt }
}

function picturesOf(path: string): NewRun['images'] {
  const folder = runOf(path)
  if (folder === undefined) return undefined
  const imported = readImported(folder)
  if (imported) return imported.pictures
  const { size, channels, fit } = (readConfig(folder).data.settings?.images ?? {}) as PictureSettings
  return size === undefined ? undefined : { size, channels, fit }
}
type PictureSettings = Pick<NonNullable<NewRun['images']>, 'size' | 'channels' | 'fit'> &
  NonNullable<RunConfig['data']['settings']>['images']

/** The run's folder, of itself or of its weights file; undefined for weights that lie alone. */
function runOf(path: string): string | undefined {
  const folder = basename(path) === RUN_FILES.weights ? dirname(path) : path
  return existsSync(join(folder, RUN_FILES.config)) ? folder : undefined
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readImported } from '../training/importedRun.ts'
import type { RunConfig } from '../training/runConfig.ts'
import { folderOfRun, RUN_FILES, readConfig } from '../training/runFolder.ts'
import type { NewRun } from '../training/trainOptions.ts'

/**
 * The model of a run, for a training that goes on with its weights and names no other; pictures are made for it as the
 * run made its own.
 */
export async function modelOf(path: string): Promise<Pick<NewRun, 'model' | 'recipe' | 'images' | 'signals'>> {
  const { loadModel } = await import('../training/trainable.ts')
  const { house } = await import('../zoo/index.ts')
  const { model } = await loadModel(path)
  return { ...(model.origin ? { model, recipe: house() } : { model: model.name }), ...exampleForm(path) }
}

/** Pictures are made, signals cut and resampled, as the run's own; weights that lie alone do not say how. */
function exampleForm(path: string): Pick<NewRun, 'images' | 'signals'> {
  const folder = folderOfRun(path)
  if (!existsSync(join(folder, RUN_FILES.config))) return {}
  const imported = readImported(folder)
  if (imported) return { images: imported.pictures }
  const { settings = {} } = readConfig(folder).data
  const { size, channels, fit } = (settings.images ?? {}) as PictureSettings
  const { window, hop, rate, channels: leads, sampledAt } = settings.signals ?? {}
  return {
    images: size === undefined ? undefined : { size, channels, fit },
    signals: window === undefined ? undefined : { window, hop, rate, channels: leads, sampledAt },
  }
}
type PictureSettings = Pick<NonNullable<NewRun['images']>, 'size' | 'channels' | 'fit'> &
  NonNullable<RunConfig['data']['settings']>['images']

import { InklingError } from '../errors.ts'
import { type FetchOptions, fetchDataset } from './fetch.ts'
import { findDataset, loadDataset } from './load.ts'
import type { LoadedDataset, LoadOptions } from './loaded.ts'
import { datasetInfo } from './registry.ts'

/** Settings of {@link obtainDataset}. */
export interface ObtainOptions extends LoadOptions {
  /** Fetch it where it is not found: true, or how. Default true. */
  fetch?: boolean | Pick<FetchOptions, 'onProgress' | 'signal' | 'timeoutMs' | 'stallMs'>
}

/** Loads a data set of the registry, fetching it first where it is not found. */
export async function obtainDataset(name: string, options: ObtainOptions = {}): Promise<LoadedDataset> {
  const { fetch = true, ...load } = options
  for (const member of datasetInfo(name).combines ?? [name]) {
    if (!fetch || datasetInfo(member).builtIn || findDataset(member, load)) continue
    await fetchDataset(member, { ...(fetch === true ? {} : fetch), dataDir: load.dataDir })
  }
  return await loadDataset(name, load)
}

/** Settings of {@link bringMnist}. */
export interface BringOptions extends Pick<LoadOptions, 'dataDir'> {
  /** MNIST must arrive within this time. Default 10. */
  seconds?: number
  signal?: AbortSignal
  onProgress?: FetchOptions['onProgress']
  /** Called before it is fetched. */
  onFetch?(): void
}

/** Makes sure that MNIST is here, fetching it where it is not: undefined, or why it could not be had in time. */
export async function bringMnist(options: BringOptions = {}): Promise<string | undefined> {
  const { seconds = 10, signal, onProgress, onFetch, dataDir } = options
  if (findDataset('mnist', { dataDir })) return undefined
  onFetch?.()
  try {
    await fetchDataset('mnist', { dataDir, signal, onProgress, timeoutMs: seconds * 1000, stallMs: seconds * 500 })
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof InklingError)) throw error
    return error.message
  }
}

/**
 * MNIST where it is found or arrives in time ({@link bringMnist}), else the built-in drawn digits with a `note` that
 * says so. A MNIST that is there but broken is an error, not a reason to draw.
 */
export async function digitsAtHand(
  options: LoadOptions & BringOptions = {},
): Promise<LoadedDataset & { note?: string }> {
  const reason = await bringMnist(options)
  if (reason === undefined) return await loadDataset('mnist', options)
  const drawn = await loadDataset('drawn', options)
  return { ...drawn, note: `MNIST was not found and ${reason}; the built-in drawn digits are used instead.` }
}

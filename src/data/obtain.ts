import { InklingError } from '../errors.ts'
import { type FetchOptions, fetchDataset } from './fetch.ts'
import { findDataset, type LoadedDataset, type LoadOptions, loadDataset } from './load.ts'
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

/**
 * MNIST where it is found or arrives within `seconds`, else the built-in drawn digits with a `note` that says so. A
 * MNIST that is there but broken is an error, not a reason to draw.
 */
export async function digitsAtHand(
  options: LoadOptions & { seconds?: number; signal?: AbortSignal; onProgress?: FetchOptions['onProgress'] } = {},
): Promise<LoadedDataset & { note?: string }> {
  const { seconds = 10, signal, onProgress, ...load } = options
  if (!findDataset('mnist', load)) {
    try {
      await fetchDataset('mnist', {
        dataDir: load.dataDir,
        signal,
        onProgress,
        timeoutMs: seconds * 1000,
        stallMs: seconds * 500,
      })
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof InklingError)) throw error
      const drawn = await loadDataset('drawn', load)
      return { ...drawn, note: `MNIST was not found and ${error.message}; the built-in drawn digits are used instead.` }
    }
  }
  return await loadDataset('mnist', load)
}

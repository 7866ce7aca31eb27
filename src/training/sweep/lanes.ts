import type { Backend } from '../../engine/backend.ts'
import { startBackend } from '../train.ts'

/** Several engines side by side, each with threads of its own. */
export interface Lanes {
  /** Works through `items`, on each lane one at a time; a lane takes the next one when it is free. */
  each<T>(
    items: readonly T[],
    signal: AbortSignal | undefined,
    work: (item: T, backend: Backend) => Promise<void>,
  ): Promise<void>
  close(): Promise<void>
}

/** `count` lanes of so many threads; an engine is started when its lane is first used, and kept. */
export function createLanes(count: number, threads: number): Lanes {
  const engines: (Promise<Backend> | undefined)[] = new Array(count).fill(undefined)
  return {
    async each(items, signal, work) {
      let next = 0
      let failed: { error: unknown } | undefined
      const lane = async (i: number) => {
        while (next < items.length && !failed && !signal?.aborted) {
          const item = items[next++]
          engines[i] ??= startBackend(threads)
          try {
            await work(item, await engines[i])
          } catch (error) {
            failed ??= { error }
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(count, items.length) }, (_, i) => lane(i)))
      if (failed) throw failed.error
    },
    async close() {
      for (const engine of engines) await (await engine?.catch(() => undefined))?.close()
    },
  }
}

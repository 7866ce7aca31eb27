import type { Pass, Workload } from '../workloads/index.ts'
import type { EpochData, Options } from './protocol.ts'
import type { Server } from './server.ts'
import type { Ready } from './system.ts'

/** Builds a pass on a server; gives it as something to run. */
export async function prepareOn(
  server: Server,
  workload: Workload,
  pass: Pass,
  { options = {}, data, seconds }: { options?: Options; data?: EpochData; seconds?: number } = {},
): Promise<Ready> {
  const { handle } = await server.ask('prepare', { workload, pass, options, data }, seconds)
  return {
    run: async (milliseconds, least) => (await server.ask('run', { handle, milliseconds, least }, 900)).times,
    release: async () => {
      if (server.alive) await server.ask('release', { handle })
    },
  }
}

import { fileURLToPath } from 'node:url'
import { prepareOn } from './served.ts'
import { CannotError, Server } from './server.ts'
import type { Absence, System } from './system.ts'

export type Simd = 'wide' | 'narrow'

const script = fileURLToPath(new URL('inklingServer.ts', import.meta.url))

/** What runs by default: all the machine gives, one thread of it, and what a browser runs. */
const forms: [Simd, number][] = [
  ['wide', 2],
  ['wide', 1],
  ['narrow', 2],
]

/** FLOP/s of multiply-adds in registers, by threads and vector width. */
export interface Peaks {
  narrow: { 1: number | null; 2: number | null }
  wide: { 1: number | null; 2: number | null }
}

/** A process for each form, since V8's flags are those of a whole process. */
function startServer(simd: Simd, threads: number): Server {
  return new Server(process.execPath, [script, simd, String(threads)], { INKLING_SIMD: undefined })
}

export interface Inkling {
  systems: System[]
  /** Measures again; keeps the best so far. */
  measurePeaks(): Promise<Peaks>
}

export async function startInkling(absent: Absence[]): Promise<Inkling> {
  const systems: System[] = []
  const servers = new Map<string, Server>()
  for (const [simd, threads] of forms) {
    const server = startServer(simd, threads)
    try {
      const { description } = await server.ask('hello', {}, 30)
      servers.set(`${simd} ${threads}`, server)
      systems.push({
        ...{ system: 'inkling', variant: simd, threads, description },
        prepare: (workload, pass, data) => prepareOn(server, workload, pass, { data }),
        close: () => server.close(),
      })
    } catch (error) {
      if (!(error instanceof CannotError)) throw error
      absent.push({ system: `inkling ${simd}, ${threads} threads`, reason: error.message })
      await server.close()
    }
  }
  const peaks: Peaks = { narrow: { 1: null, 2: null }, wide: { 1: null, 2: null } }
  return {
    systems,
    async measurePeaks() {
      for (const simd of ['narrow', 'wide'] as const)
        for (const threads of [1, 2] as const) {
          const known = servers.get(`${simd} ${threads}`)
          if (!known && simd === 'wide') continue
          const server = known ?? startServer(simd, threads)
          const { flops } = await server.ask('peak', {}, 30)
          peaks[simd][threads] = Math.max(peaks[simd][threads] ?? 0, flops)
          if (!known) await server.close()
        }
      return peaks
    },
  }
}

import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findPython } from '../../src/papers/python.ts'
import type { Pass, Workload } from '../workloads/index.ts'
import type { LayerSpec } from '../workloads/network.ts'
import type { EpochData, Hello, Options } from './protocol.ts'
import { prepareOn } from './served.ts'
import { CannotError, Server } from './server.ts'
import { type Absence, median, type Ready, type System } from './system.ts'

export const pytorchScript = fileURLToPath(new URL('../peers/pytorch.py', import.meta.url))

/** Examples of an epoch that settings are chosen by. */
const TRIAL_EXAMPLES = 2560
/** A BLAS made for speed reaches most of the peak; the reference one a twentieth. */
const LEAST_SHARE = 0.15

interface Process {
  /** OPENBLAS_NUM_THREADS, which counts only when a process starts. */
  blasThreads: number
  server: Server
}

/**
 * PyTorch where a Python with it is found: at each workload the fastest of {1, 2 threads} x {contiguous, channels-last}
 * x {1, 2 BLAS threads}, then of the forms of its Adam, then (for an epoch) of the numbers of loader workers.
 *
 * @param peak FLOP/s that one thread reaches with 128-bit vectors: tells whether its BLAS is worth comparing with
 */
export async function startPyTorch(peak: number | null, absent: Absence[]): Promise<System | undefined> {
  const refuse = (reason: string) => {
    absent.push({ system: 'pytorch', reason })
  }
  const python = findPython()
  if (!python) {
    refuse('no Python with torch and numpy was found (set INKLING_PYTHON to name one)')
    return undefined
  }
  const widths = cpus().length > 1 ? [1, 2] : [1]
  const processes: Process[] = widths.map(blasThreads => ({
    blasThreads,
    server: new Server(python, [pytorchScript], {
      OPENBLAS_NUM_THREADS: String(blasThreads),
      OMP_NUM_THREADS: undefined,
      MKL_NUM_THREADS: undefined,
    }),
  }))
  const close = async () => {
    for (const { server } of processes) await server.close()
  }
  try {
    const [hello] = await Promise.all(processes.map(p => p.server.ask('hello', {}, 120)))
    const fault = blasFault(hello, peak)
    if (fault) {
      refuse(fault)
      await close()
      return undefined
    }
    return {
      ...{ system: 'pytorch', variant: null, threads: null, description: hello.description },
      prepare: (workload, pass, data) => prepareBest(processes, workload, pass, data),
      close,
    }
  } catch (error) {
    if (!(error instanceof CannotError)) throw error
    refuse(error.message)
    await close()
  }
}

/** Why a comparison with this PyTorch would be void. */
export function blasFault({ blas, description }: Hello, peak: number | null): string | undefined {
  if (!blas) return
  const slow = peak !== null && blas.flops < LEAST_SHARE * peak
  if (!blas.reference && !slow) return
  const speed = `${(blas.flops / 1e9).toFixed(1)} GFLOP/s on one thread`
  return `${description} multiplies matrices with the reference BLAS (${speed}): no fair comparison. On Debian: apt-get install libopenblas0-pthread`
}

/** Tries the settings one after the other, each for a moment, and prepares the fastest. */
async function prepareBest(processes: Process[], workload: Workload, pass: Pass, data?: EpochData): Promise<Ready> {
  const trialData = data && { ...data, examples: Math.min(data.examples, TRIAL_EXAMPLES) }
  const known = new Map<string, number>()
  let failure: unknown
  const timeOf = async (choice: Choice): Promise<number> => {
    const key = JSON.stringify(choice)
    let time = known.get(key)
    if (time !== undefined) return time
    time = Number.POSITIVE_INFINITY
    try {
      const ready = await on(processes, choice, workload, pass, trialData)
      time = median(await ready.run(100, pass === 'epoch' ? 1 : 2))
      await ready.release()
    } catch (error) {
      if (!(error instanceof CannotError)) throw error
      failure = error
    }
    known.set(key, time)
    return time
  }
  const fastest = async (choices: Choice[]): Promise<Choice> => {
    let best = choices[0]
    for (const choice of choices) if ((await timeOf(choice)) < (await timeOf(best))) best = choice
    return best
  }

  const layouts = hasPictures(workload.network.layers) ? [true, false] : [false]
  const extra: Options = pass === 'epoch' ? { workers: 0 } : {}
  const grid = processes.flatMap(({ blasThreads }) =>
    processes.flatMap(({ blasThreads: threads }) =>
      layouts.map(channelsLast => ({ blasThreads, options: { threads, channelsLast, ...extra } })),
    ),
  )
  let best = await fastest(grid)
  const variants = (...changes: Options[]) =>
    [{}, ...changes].map(change => ({ ...best, options: { ...best.options, ...change } }))
  if (pass !== 'forward') best = await fastest(variants({ foreach: true }, { fused: true }))
  if (pass === 'epoch') best = await fastest(variants({ workers: 1 }, { workers: 2 }))
  if (!Number.isFinite(await timeOf(best))) throw failure
  const ready = await on(processes, best, workload, pass, data)
  return { ...ready, choice: { variant: describe(best), threads: Number(best.options.threads) } }
}

interface Choice {
  blasThreads: number
  options: Options
}

function on(processes: Process[], { blasThreads, options }: Choice, workload: Workload, pass: Pass, data?: EpochData) {
  const { server } = processes.find(p => p.blasThreads === blasThreads)!
  return prepareOn(server, workload, pass, { options, data })
}

function describe({ blasThreads, options }: Choice): string {
  const parts = [options.channelsLast ? 'channels-last' : 'contiguous', `BLAS threads ${blasThreads}`]
  if (options.foreach) parts.push('foreach')
  if (options.fused) parts.push('fused')
  if (options.workers) parts.push(`${options.workers} loader worker${options.workers === 1 ? '' : 's'}`)
  return parts.join(', ')
}

const hasPictures = (layers: readonly LayerSpec[]) => layers.some(l => l.type === 'conv')

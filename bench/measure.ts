import type { EpochData } from './systems/protocol.ts'
import { CannotError } from './systems/server.ts'
import { type Absence, median, type Ready, type System } from './systems/system.ts'
import type { Pass, Workload } from './workloads/index.ts'

export interface MeasureSettings {
  /** How often each system has its turn; a figure is the median of its rounds. */
  rounds: number
  /** No more rounds than these where a pass takes long. */
  least: number
  /** Length of a turn. */
  milliseconds: number
  onProgress?(text: string): void
}

/** Milliseconds of one run. */
export interface Figure {
  median: number
  /** Lowest and highest of the rounds. */
  low: number
  high: number
  rounds: number
  choice?: Ready['choice']
}

/** A turn that took this much longer than asked is not repeated: what is that slow needs no median. */
const PATIENCE_MS = 20_000
/** A pass that takes this long ends after the least rounds. */
const LONG_MS = 12_000
/** Pause between turns, so that one's threads are at rest before the next one's start. */
const REST_MS = 30

/**
 * Measures a pass on all systems in turn, round by round: what slows the machine for a while slows all of them.
 * Systems that can't do it are told in `absent`.
 */
export async function measurePass(
  systems: readonly System[],
  workload: Workload,
  pass: Pass,
  { rounds, least, milliseconds, onProgress }: MeasureSettings,
  absent: Absence[],
  data?: EpochData,
): Promise<Map<System, Figure>> {
  const turns: { system: System; ready: Ready; times: number[]; over: boolean }[] = []
  const refuse = (system: System, error: unknown) => {
    if (!(error instanceof CannotError)) throw error
    absent.push({ system: system.system, reason: `${workload.id} ${pass}: ${error.message}` })
  }
  for (const system of systems) {
    onProgress?.(`${workload.id} ${pass}: ${nameOf(system)} gets ready`)
    try {
      turns.push({ system, ready: await system.prepare(workload, pass, data), times: [], over: false })
    } catch (error) {
      refuse(system, error)
    }
  }
  const started = performance.now()
  for (let round = 1; round <= rounds; round++) {
    if (round > least && performance.now() - started > LONG_MS) break
    onProgress?.(`${workload.id} ${pass}: round ${round} of ${rounds}`)
    for (const turn of turns.filter(t => !t.over)) {
      try {
        const start = performance.now()
        turn.times.push(median(await turn.ready.run(milliseconds, pass === 'epoch' ? 1 : 3)))
        turn.over = pass !== 'epoch' && performance.now() - start > milliseconds + PATIENCE_MS
      } catch (error) {
        refuse(turn.system, error)
        turns.splice(turns.indexOf(turn), 1)
      }
      await new Promise(resolve => setTimeout(resolve, REST_MS))
    }
  }
  const figures = new Map<System, Figure>()
  for (const { system, ready, times } of turns) {
    await ready.release()
    figures.set(system, {
      ...{ median: median(times), low: Math.min(...times), high: Math.max(...times) },
      ...{ rounds: times.length, choice: ready.choice },
    })
  }
  return figures
}

export const nameOf = ({ system, variant, threads }: System): string =>
  [system, variant, threads && `${threads} thread${threads === 1 ? '' : 's'}`].filter(Boolean).join(' ')

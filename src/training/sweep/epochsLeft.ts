import { SHARE } from './halving.ts'
import type { SweepRecord, Trial } from './sweepFile.ts'

/** Epochs that all trials of a sweep together still have to train; of each rung, of no more trials than will come to it. */
export function epochsLeft({ trials, rungs, epochs }: Pick<SweepRecord, 'trials' | 'rungs' | 'epochs'>): number {
  const alive = trials.filter(t => t.state !== 'stopped' && t.state !== 'failed')
  let left = 0
  let most = trials.length
  for (const [r, rung] of rungs.entries()) {
    const each = alive.map(trial => between(rungs[r - 1] ?? 0, rung, trial, epochs)).sort((a, b) => b - a)
    left += each.slice(0, most).reduce((a, b) => a + b, 0)
    // A third of all that came to a rung goes on, those counted that failed on the way.
    most = Math.ceil(most / SHARE)
  }
  return left
}

/** Epochs that a trial has to train from one rung to the next. */
function between(from: number, to: number, { state, values, epochs: trained }: Trial, epochs: number): number {
  if (state === 'finished') return 0
  return Math.max(0, Math.min(to, Number(values.epochs ?? epochs)) - Math.max(from, trained))
}

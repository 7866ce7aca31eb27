import { SHARE } from './halving.ts'
import type { SweepRecord, Trial } from './sweepFile.ts'

/** Epochs that all trials of a sweep together still have to train; of the rungs to come, as many trials as will be left. */
export function epochsLeft({ trials, rungs, epochs }: Pick<SweepRecord, 'trials' | 'rungs' | 'epochs'>): number {
  const alive = trials.filter(t => t.state !== 'stopped' && t.state !== 'failed')
  const until = (t: Trial, rung: number) =>
    t.state === 'finished' ? 0 : Math.max(0, Math.min(rung, Number(t.values.epochs ?? epochs)) - t.epochs)
  const open = rungs.findIndex(rung => alive.some(t => until(t, rung) > 0))
  if (open < 0) return 0
  let left = alive.reduce((sum, t) => sum + until(t, rungs[open]), 0)
  let count = alive.length
  for (let r = open + 1; r < rungs.length; r++) {
    count = Math.ceil(count / SHARE)
    left += count * (rungs[r] - rungs[r - 1])
  }
  return left
}

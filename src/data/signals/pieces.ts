import type { Placed, Window } from './windows.ts'

/** A class should come in about so many pieces, or none of it may be left for a part. */
const PIECES = 10

/**
 * Puts windows together that must stay on one side where a split by recordings is impossible: those of one stretch and
 * those that share samples. What is then larger than a tenth of its class is cut in time, and the windows that lie over a
 * cut are dropped, so that no sample is in two pieces.
 *
 * @returns a piece for each window, -1 where it is dropped
 */
export function timePieces(windows: readonly Window[], placed: readonly Placed[], window: number): Int32Array {
  const counts = new Map<string, number>()
  const labelOf = (i: number) => placed[windows[i].stretch].label
  for (let i = 0; i < windows.length; i++) counts.set(labelOf(i), (counts.get(labelOf(i)) ?? 0) + 1)
  const order = Array.from(windows.keys()).sort(
    (a, b) => windows[a].file - windows[b].file || windows[a].start - windows[b].start,
  )
  const pieces = new Int32Array(windows.length)
  let piece = -1
  for (let from = 0; from < order.length; ) {
    const to = endOfRun(order, from, windows, window)
    const labels = new Set(order.slice(from, to).map(labelOf))
    const most =
      labels.size === 1
        ? Math.ceil((counts.get(labelOf(order[from])) as number) / PIECES)
        : Math.ceil(windows.length / (4 * PIECES))
    let [held, end] = [0, 0]
    piece++
    for (const i of order.slice(from, to)) {
      if (held === most) {
        if (windows[i].start < end) {
          pieces[i] = -1
          continue
        }
        held = 0
        piece++
      }
      held++
      end = windows[i].start + window
      pieces[i] = piece
    }
    from = to
  }
  return pieces
}

/** Behind the last window that is of the same stretch as the one before it, or shares samples with it. */
function endOfRun(order: readonly number[], from: number, windows: readonly Window[], window: number): number {
  let to = from + 1
  for (; to < order.length; to++) {
    const [before, next] = [windows[order[to - 1]], windows[order[to]]]
    const apart = next.start >= before.start + window && next.stretch !== before.stretch
    if (next.file !== before.file || apart) break
  }
  return to
}

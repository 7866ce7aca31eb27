import { InklingError } from '../errors.ts'

/** An exact ROC curve: its area and its corners. */
export interface Roc {
  /** Chance that a positive example scores above a negative one, ties counting half; null if one side is empty. */
  auc: number | null
  /** [false positive rate, true positive rate], from [0, 0] to [1, 1]; points on straight stretches left out. */
  points: [number, number][]
}

/**
 * The ROC curve of `scores` (compared as 32-bit floats) for telling positive examples from the others.
 * Equal scores make one slanted piece, so the area is the exact rank statistic (Mann-Whitney U / (P N)).
 */
export function rocCurve(scores: ArrayLike<number>, isPositive: (i: number) => boolean): Roc {
  // Each side is sorted by the platform's own numeric sort and the two are merged from the highest score
  // down: an index sort with a comparator is ten times slower.
  const sorted = new Float32Array(scores.length)
  let taken = 0
  let rest = scores.length
  for (let i = 0; i < scores.length; i++) sorted[isPositive(i) ? taken++ : --rest] = scores[i]
  const positive = sorted.subarray(0, taken).sort()
  const negative = sorted.subarray(taken).sort()
  const positives = positive.length
  const negatives = negative.length
  if (positives === 0 || negatives === 0) return { auc: null, points: [] }

  let above = 0 // positives passed so far
  let fallen = 0 // negatives passed so far
  let doubled = 0 // twice the pairs ranked rightly: an integer, so no rounding
  const corners: [number, number][] = [[0, 0]]
  while (above < positives || fallen < negatives) {
    const p = above < positives ? positive[positives - 1 - above] : Number.NEGATIVE_INFINITY
    const q = fallen < negatives ? negative[negatives - 1 - fallen] : Number.NEGATIVE_INFINITY
    const score = Math.max(p, q)
    if (Number.isNaN(score)) throw new InklingError('a ROC curve needs scores that are numbers: got NaN')
    const before = above
    const passed = fallen
    while (above < positives && positive[positives - 1 - above] === score) above++
    while (fallen < negatives && negative[negatives - 1 - fallen] === score) fallen++
    doubled += (fallen - passed) * (before + above)
    const n = corners.length
    if (n > 1 && straight(corners[n - 2], corners[n - 1], fallen, above)) corners.pop()
    corners.push([fallen, above])
  }
  return {
    auc: doubled / (2 * positives * negatives),
    points: corners.map(([x, y]) => [x / negatives, y / positives]),
  }
}

function straight(a: [number, number], b: [number, number], x: number, y: number): boolean {
  return (b[0] - a[0]) * (y - b[1]) === (x - b[0]) * (b[1] - a[1])
}

/**
 * Thins a curve to at most `limit` of its points (Ramer, Douglas and Peucker): the tolerance starts at
 * `tolerance` (in units of the axes) and doubles until few enough remain. The ends stay.
 */
export function thin(points: readonly [number, number][], limit: number, tolerance = 1e-4): [number, number][] {
  let kept = points.slice()
  for (let t = tolerance; kept.length > Math.max(2, limit) || t === tolerance; t *= 2) kept = simplify(kept, t)
  return kept
}

function simplify(points: readonly [number, number][], tolerance: number): [number, number][] {
  if (points.length < 3) return points.slice()
  const keep = new Uint8Array(points.length)
  keep[0] = keep[points.length - 1] = 1
  const open: [number, number][] = [[0, points.length - 1]]
  for (let range = open.pop(); range; range = open.pop()) {
    const [from, to] = range
    const [ax, ay] = points[from]
    const dx = points[to][0] - ax
    const dy = points[to][1] - ay
    const length = Math.hypot(dx, dy) || 1
    let worst = tolerance
    let at = -1
    for (let i = from + 1; i < to; i++) {
      const distance = Math.abs(dx * (points[i][1] - ay) - dy * (points[i][0] - ax)) / length
      if (distance > worst) {
        worst = distance
        at = i
      }
    }
    if (at < 0) continue
    keep[at] = 1
    open.push([from, at], [at, to])
  }
  return points.filter((_, i) => keep[i] === 1)
}

import type { Random } from '../random.ts'
import { type Matrix, pickRows, squaredNorms } from './matrix.ts'
import type { HeldProducts } from './products.ts'

/** Rows that are tried for each next centre, as in scikit-learn. */
export const seedTrials = (k: number) => 2 + Math.floor(Math.log(k))

/**
 * First centres by k-means++ (Arthur and Vassilvitskii 2007), greedily: each next centre is the best of 2 + ln k rows
 * drawn with chances in proportion to the squared distance from the nearest centre so far.
 *
 * @param held the data, with room for {@link seedTrials} rows in a batch
 */
export async function plusPlus(held: HeldProducts, data: Matrix, k: number, random: Random): Promise<Matrix> {
  const norms = squaredNorms(data)
  const trials = seedTrials(k)
  const chosen = [random.int(data.rows)]
  const [first] = await distancesTo(held, data, norms, chosen)
  let nearest = first
  while (chosen.length < k) {
    const drawn = Array.from({ length: trials }, () => drawByWeight(nearest, random))
    const distances = await distancesTo(held, data, norms, drawn)
    const closer = distances.map(d => d.map((value, i) => Math.min(value, nearest[i])))
    const sums = closer.map(d => d.reduce((a, b) => a + b, 0))
    const best = sums.indexOf(Math.min(...sums))
    chosen.push(drawn[best])
    nearest = closer[best]
  }
  return pickRows(data, chosen)
}

/** Squared distances of all rows to each of the rows at `positions`. */
async function distancesTo(
  held: HeldProducts,
  data: Matrix,
  norms: Float64Array,
  positions: readonly number[],
): Promise<Float64Array[]> {
  const distances = positions.map(() => new Float64Array(data.rows))
  await held.multiply(pickRows(data, positions).values, (products, first, count) => {
    for (const [p, position] of positions.entries())
      for (let i = 0; i < count; i++)
        distances[p][first + i] = Math.max(0, norms[first + i] + norms[position] - 2 * products[p * count + i])
  })
  for (const [p, position] of positions.entries()) distances[p][position] = 0
  return distances
}

/** A position drawn with chances in proportion to its weight; any where all weights are 0. */
function drawByWeight(weights: Float64Array, random: Random): number {
  const all = weights.reduce((a, b) => a + b, 0)
  if (!(all > 0)) return random.int(weights.length)
  let left = random.next() * all
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]
    if (left < 0 && weights[i] > 0) return i
  }
  return weights.findLastIndex(w => w > 0)
}

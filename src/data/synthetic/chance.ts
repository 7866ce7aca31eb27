import type { Random } from '../../random.ts'

/**
 * Draws of the kinds that a hand needs, over a seeded stream.
 *
 * Only additions, multiplications and square roots are used here and in the pen model: the language
 * leaves the last bits of `Math.sin` or `Math.log` to each engine, and the same seed must draw the
 * same picture in every browser.
 */
export interface Chance {
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Bell-shaped around `mean` with standard deviation `sd`, never further off than 3.5 sd. */
  about(mean: number, sd: number): number
  /** True with probability `p`. */
  yes(p: number): boolean
  /** One of `items`, in proportion to their `weight`. */
  pick<T extends { readonly weight: number }>(items: readonly T[]): T
}

const SQRT3 = Math.sqrt(3)

export function createChance(random: Random): Chance {
  return {
    between: (low, high) => low + (high - low) * random.next(),
    // The sum of four uniform draws (Irwin-Hall) has variance 1/3.
    about: (mean, sd) => mean + sd * SQRT3 * (random.next() + random.next() + random.next() + random.next() - 2),
    yes: p => random.next() < p,
    pick(items) {
      let total = 0
      for (const item of items) total += item.weight
      let left = random.next() * total
      for (const item of items) {
        left -= item.weight
        if (left < 0) return item
      }
      return items[items.length - 1]
    },
  }
}

/** Deviation of the sum of four bytes: each has the variance (256^2 - 1) / 12. */
const BYTES_DEVIATION = Math.sqrt((4 * (256 ** 2 - 1)) / 12)

/** Noise for thousands of pixels or samples: bell-shaped around 0 with deviation 1, the sum of the four bytes of one draw. */
export function grainOf(random: Random): number {
  const bits = random.next() * 4294967296
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
  return (sum - 510) / BYTES_DEVIATION
}

/**
 * Cosine and sine of an angle in degrees, from a polynomial: equal bits in every engine.
 * The error is below 1e-6, far less than a pen's.
 */
export function direction(degrees: number): [cos: number, sin: number] {
  const quarters = Math.round(degrees / 90)
  const t = ((degrees - quarters * 90) * Math.PI) / 180
  const t2 = t * t
  const sin = t * (1 - (t2 / 6) * (1 - (t2 / 20) * (1 - (t2 / 42) * (1 - t2 / 72))))
  const cos = 1 - (t2 / 2) * (1 - (t2 / 12) * (1 - (t2 / 30) * (1 - (t2 / 56) * (1 - t2 / 90))))
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [cos, sin]
    case 1:
      return [-sin, cos]
    case 2:
      return [-cos, -sin]
    default:
      return [sin, -cos]
  }
}

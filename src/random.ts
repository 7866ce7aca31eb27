/**
 * Seeded random numbers that are the same on every machine.
 *
 * The generator is counter-based (a hash of key and counter), so that a stream can be forked by name
 * or number without disturbing its parent and resumed by setting `counter`.
 */
export interface Random {
  readonly key: number
  counter: number
  /** Uniform in [0, 1), 32 bits. */
  next(): number
  /** Uniform integer in [0, n). */
  int(n: number): number
  /** Standard normal (Box-Muller). */
  normal(): number
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number
  /** Fisher-Yates in place; returns its argument. */
  shuffle<T extends { length: number; [i: number]: unknown }>(values: T): T
  /** An independent stream named by `name`. */
  fork(name: number | string): Random
}

/** The 32-bit finaliser "lowbias32" (C. Wellons, hash-prospector, 2018): a bijection with low bias. */
export function hash32(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** Mixes a number or a text into a key. */
export function mix(key: number, name: number | string): number {
  if (typeof name === 'number') return hash32((Math.imul(key, 0x9e3779b9) + hash32(name ^ 0x85ebca6b)) | 0)
  let k = hash32(key ^ name.length)
  for (let i = 0; i < name.length; i++) k = hash32((Math.imul(k, 31) + name.charCodeAt(i)) | 0)
  return k
}

export function createRandom(seed: number): Random {
  const key = hash32((seed | 0) ^ Math.imul(Math.floor(seed / 4294967296) | 0, 0x9e3779b9) ^ 0x5bd1e995)
  return fromKey(key)
}

function fromKey(key: number): Random {
  const random: Random = {
    key,
    counter: 0,
    next() {
      const c = random.counter++
      return hash32((Math.imul(c, 0x9e3779b9) + key) ^ hash32(key + Math.floor(c / 4294967296))) / 4294967296
    },
    int: n => Math.floor(random.next() * n),
    normal() {
      const u = 1 - random.next()
      return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.next())
    },
    uniform: (low, high) => low + (high - low) * random.next(),
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = random.int(i + 1)
        const held = values[i]
        ;(values as { [i: number]: unknown })[i] = values[j]
        ;(values as { [i: number]: unknown })[j] = held
      }
      return values
    },
    fork: name => fromKey(mix(key, name)),
  }
  return random
}

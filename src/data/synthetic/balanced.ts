import type { Random } from '../../random.ts'

/** The class of example `index` of a made set: each block of `count` examples is a shuffle of the classes. */
export function balancedClass(root: Random, index: number, count: number): number {
  const order = Array.from({ length: count }, (_, k) => k)
  root
    .fork('order')
    .fork(Math.floor(index / count))
    .shuffle(order)
  return order[index % count]
}

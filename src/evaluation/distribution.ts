export interface ClassCount {
  label: string
  count: number
  /** Of all examples; 0 when there are none. */
  share: number
}

/** How many examples each class has, in the order of `classes`. */
export function classDistribution(labels: ArrayLike<number>, classes: readonly string[]): ClassCount[] {
  const counts = new Array<number>(classes.length).fill(0)
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++
  return classes.map((label, k) => ({
    label,
    count: counts[k],
    share: labels.length === 0 ? 0 : counts[k] / labels.length,
  }))
}

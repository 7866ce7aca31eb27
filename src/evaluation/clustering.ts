import { InklingError } from '../errors.ts'

/** How well clusters agree with labels. 1 is full agreement in all three. */
export interface ClusterScores {
  /** Share of examples whose label is the most frequent one of their cluster. Rises with the number of clusters. */
  purity: number
  /** Normalised mutual information: mutual information over the mean of both entropies. */
  nmi: number
  /** Adjusted Rand index: agreement on pairs, 0 for chance, below 0 for less. */
  ari: number
}

/** Counts of [cluster][label]. */
export function contingencyTable(
  clusters: ArrayLike<number>,
  labels: ArrayLike<number>,
  clusterCount = countOf(clusters),
  labelCount = countOf(labels),
): number[][] {
  if (clusters.length !== labels.length)
    throw new InklingError(`${clusters.length} clusters against ${labels.length} labels`)
  const table = Array.from({ length: clusterCount }, () => new Array<number>(labelCount).fill(0))
  for (let i = 0; i < clusters.length; i++) table[clusters[i]][labels[i]]++
  return table
}

/** Purity, NMI and ARI of clusters against labels; both are whole numbers from 0. */
export function clusterScores(clusters: ArrayLike<number>, labels: ArrayLike<number>): ClusterScores {
  return scoresOfTable(contingencyTable(clusters, labels))
}

/** As {@link clusterScores}, from the counts. */
export function scoresOfTable(table: readonly (readonly number[])[]): ClusterScores {
  const rows = table.map(row => row.reduce((a, b) => a + b, 0))
  const columns = (table[0] ?? []).map((_, c) => table.reduce((sum, row) => sum + row[c], 0))
  const n = rows.reduce((a, b) => a + b, 0)
  if (n === 0) throw new InklingError('there are no examples to compare clusters with')
  const purity = table.reduce((sum, row) => sum + Math.max(...row), 0) / n
  return { purity, nmi: mutualInformation(table, rows, columns, n), ari: adjustedRand(table, rows, columns, n) }
}

function mutualInformation(
  table: readonly (readonly number[])[],
  rows: readonly number[],
  columns: readonly number[],
  n: number,
): number {
  let information = 0
  table.forEach((row, r) => {
    row.forEach((count, c) => {
      if (count > 0) information += (count / n) * Math.log((count * n) / (rows[r] * columns[c]))
    })
  })
  const mean = (entropy(rows, n) + entropy(columns, n)) / 2
  // One cluster and one label: they agree on everything there is.
  return mean === 0 ? 1 : Math.min(1, Math.max(0, information / mean))
}

const entropy = (counts: readonly number[], n: number) =>
  counts.reduce((sum, count) => (count > 0 ? sum - (count / n) * Math.log(count / n) : sum), 0)

function adjustedRand(
  table: readonly (readonly number[])[],
  rows: readonly number[],
  columns: readonly number[],
  n: number,
): number {
  const pairs = (counts: readonly number[]) => counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0)
  const both = table.reduce((sum, row) => sum + pairs(row), 0)
  const [inRows, inColumns] = [pairs(rows), pairs(columns)]
  const all = (n * (n - 1)) / 2
  const expected = all === 0 ? 0 : (inRows * inColumns) / all
  const most = (inRows + inColumns) / 2
  // Both are one cluster, or both are all single examples: the same partition.
  return most === expected ? 1 : (both - expected) / (most - expected)
}

function countOf(ids: ArrayLike<number>): number {
  let count = 0
  for (let i = 0; i < ids.length; i++) {
    if (!(Number.isInteger(ids[i]) && ids[i] >= 0))
      throw new InklingError(`position ${i + 1}: a cluster or label is a whole number from 0, got ${ids[i]}`)
    count = Math.max(count, ids[i] + 1)
  }
  return count
}

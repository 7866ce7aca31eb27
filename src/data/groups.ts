import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { type Dataset, type Groups, labelAt, rowOf, subset } from './dataset.ts'

/** The group of example `i`: an index into the groups' names. */
export function groupAt(ds: Dataset, i: number): number {
  return groupsFor(ds).ids[rowOf(ds, i)]
}

/** The names of the groups of all examples, in the dataset's order. */
export function groupsOf(ds: Dataset): string[] {
  const { names, ids } = groupsFor(ds)
  return Array.from({ length: ds.length }, (_, i) => names[ids[rowOf(ds, i)]])
}

/** Gives a dataset groups, one name an example of its storage (so not for views). */
export function withGroups(ds: Dataset, kind: string, names: readonly string[], together = true): Dataset {
  if (ds.indices || names.length !== ds.length) {
    throw new InklingError(`${ds.name}: ${names.length} groups for ${ds.length} examples, or for a view`)
  }
  const ids = new Map<string, number>()
  for (const name of names) if (!ids.has(name)) ids.set(name, ids.size)
  return {
    ...ds,
    groups: { kind, names: [...ids.keys()], ids: Int32Array.from(names, name => ids.get(name) as number), together },
  }
}

/**
 * Parts that share no group. `parts` are shares that add up to 1; sizes and class proportions come as near to them as
 * whole groups allow (large groups are dealt first, each to the part it brings nearest to its aim), and no part stays
 * empty while there are enough groups.
 */
export function groupSplit(
  ds: Dataset,
  parts: readonly number[],
  options: { seed?: number; names?: readonly string[] } = {},
): Dataset[] {
  const { kind } = groupsFor(ds)
  const members = new Map<number, number[]>()
  for (let i = 0; i < ds.length; i++) {
    const group = groupAt(ds, i)
    const list = members.get(group)
    if (list) list.push(i)
    else members.set(group, [i])
  }
  const wanted = parts.filter(p => p > 0).length
  if (Math.abs(parts.reduce((a, b) => a + b, 0) - 1) > 1e-9 || parts.some(p => !(p >= 0))) {
    throw new InklingError(`the parts [${parts.join(', ')}] are no shares that add up to 1`, { exitCode: 2 })
  }
  if (members.size < wanted) {
    throw new InklingError(`${ds.name} has ${members.size} ${kind} groups: too few for ${wanted} parts`, {
      hint: `Each part needs a ${kind} of its own.`,
    })
  }
  const random = createRandom(options.seed ?? 0).fork('groups')
  // Shuffled first, so that groups of one size come in the seed's order.
  const order = random.shuffle([...members.values()]).sort((a, b) => b.length - a.length)
  const dealt = deal(ds, order, parts)
  return parts.map((_, p) => {
    const positions = order.flatMap((list, g) => (dealt[g] === p ? list : []))
    return subset(ds, random.fork(p).shuffle(positions), options.names?.[p])
  })
}

/** The part of each group. */
function deal(ds: Dataset, groups: readonly number[][], parts: readonly number[]): number[] {
  const classes = ds.labels ? ds.classes.length : 1
  const counts = groups.map(list => {
    const row = new Float64Array(classes)
    for (const i of list) row[ds.labels ? labelAt(ds, i) : 0]++
    return row
  })
  const total = new Float64Array(classes)
  for (const row of counts) for (let c = 0; c < classes; c++) total[c] += row[c]
  const have = parts.map(() => new Float64Array(classes))
  const sizes = parts.map(() => 0)
  return counts.map((row, g) => {
    const empty = parts.flatMap((share, p) => (share > 0 && sizes[p] === 0 ? [p] : []))
    const free = parts.flatMap((share, p) => (share > 0 ? [p] : []))
    // The last groups go to parts that would stay empty.
    const open = groups.length - g <= empty.length ? empty : free
    let best = open[0]
    let least = Infinity
    for (const p of open) {
      let cost = 0
      for (let c = 0; c < classes; c++) {
        if (total[c] === 0) continue
        const off = (have[p][c] - parts[p] * total[c]) / total[c]
        const more = row[c] / total[c]
        cost += ((off + more) ** 2 - off ** 2) / parts[p]
      }
      if (cost < least) [best, least] = [p, cost]
    }
    for (let c = 0; c < classes; c++) have[best][c] += row[c]
    sizes[best]++
    return best
  })
}

function groupsFor(ds: Dataset): Groups {
  if (ds.groups) return ds.groups
  throw new InklingError(`${ds.name} has no groups`, { hint: 'Say which examples belong together.' })
}

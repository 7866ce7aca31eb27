import { basename, join } from 'node:path'
import { type Command, Option } from 'commander'
import { classCounts, type Dataset } from '../../data/dataset.ts'
import type { LoadedDataset, LoadOptions } from '../../data/loaded.ts'
import { InklingError } from '../../errors.ts'
import type { Clustering } from '../../training/clustering.ts'
import { startBackend } from '../backend.ts'
import { addDataOption, dataSettings } from '../dataOptions.ts'
import { count, duration, percent } from '../format.ts'
import { onInterrupt } from '../interrupt.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { createProgress, type Progress } from '../progress.ts'
import { configOf } from '../runs.ts'
import { list, table } from '../table.ts'

interface ClusterOptions extends SharedOptions {
  data?: string
  part: 'train' | 'test'
  on: string
  layer?: string
  k?: number
  method: 'kmeans' | 'minibatch'
  examples?: number
  points: number
  with?: Record<string, string>
  out?: string
}

export function define(command: Command): void {
  command
    .option('--data <name or path>', 'as for `inkling train` (default: mnist, or what the run was trained on)')
    .addOption(new Option('--part <part>', 'which part of it').choices(['train', 'test']).default('train'))
    .option(
      '--on <pixels or run>',
      'cluster the examples themselves, or what the network of a run makes of them',
      'pixels',
    )
    .option('--layer <name>', 'with a run: whose output is taken (default: what its last layer is given)')
    .option('--k <n>', 'clusters (default: as many as there are classes)', wholeNumber(1, 1000))
    .addOption(
      new Option('--method <name>', 'whole rounds from ten starts, or small steps for large data')
        .choices(['kmeans', 'minibatch'])
        .default('kmeans'),
    )
    .option('--examples <n>', 'draw this many of the data (default: all)', wholeNumber(1))
    .option('--points <n>', 'examples on the map, 0 for no map', wholeNumber(0, 20_000), 2000)
    .option('--out <dir>', 'folder of the page and its figures (default: runs/<date>-cluster-<data>-<n>)')
  addDataOption(command)
  addShared(command, 'json', 'seed', 'dataDir', 'threads').action(cluster)
  command.addHelpText(
    'after',
    `
Labels are used only to judge: purity, normalised mutual information (NMI), adjusted Rand index (ARI). The folder holds
report.html (the map by cluster and by class, mean pictures, counts), clusters.json and clusters.csv.

Examples:
  inkling cluster
  inkling cluster --on runs/<id>                 what the network sees, in place of pixels
  inkling cluster --data ./my-photos --k 12 --method minibatch
  inkling cluster --on runs/<id> --layer dense_1 --examples 5000 --json`,
  )
}

async function cluster(options: ClusterOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const run = options.on === 'pixels' ? undefined : options.on
  if (options.layer !== undefined && run === undefined)
    throw new InklingError('--layer is for the network of a run: name it with --on', { exitCode: 2 })
  const model = run === undefined ? undefined : await (await import('../../training/trainable.ts')).loadModel(run)
  const loaded = await load(options, run)
  const dataset = partOf(loaded, options.part)
  const [{ abandonRunFolder, createRunFolder }, { dataWarnings }] = await Promise.all([
    import('../../training/runFolder.ts'),
    import('../../data/warnings.ts'),
  ])
  const folder = await createRunFolder(`cluster-${loaded.name}`, options.out)
  const interruption = new AbortController()
  const release = onInterrupt(() => interruption.abort(new InklingError('stopped; nothing was written')))
  const progress = createProgress()
  const backend = await startBackend(options.threads)
  try {
    const { clusterDataset } = await import('../../training/clustering.ts')
    const { k, method, examples, points, seed, layer } = options
    const found = await clusterDataset(backend, dataset, {
      ...{ k, method, examples, points, seed, signal: interruption.signal },
      features: model && { model: model.model, weights: model.weights, scaling: model.scaling, layer },
      onNote: text => progress.line(text),
      onProgress: stageProgress(progress),
    })
    progress.end()
    const warnings = dataWarnings(loaded)
    await write(found, folder, { loaded, run, warnings })
    say(found, folder, output, { run, model: model?.name, data: loaded.name, part: options.part, warnings })
  } catch (error) {
    await abandonRunFolder(folder)
    throw error
  } finally {
    progress.end()
    release()
    await backend.close()
  }
}

/** The data asked for, in the form that the run reads. */
async function load({ data, dataDir, with: given }: ClusterOptions, run: string | undefined): Promise<LoadedDataset> {
  const { loadDataset } = await import('../../data/load.ts')
  const own = run === undefined ? undefined : configOf(run)?.data
  const settings: LoadOptions = { drawn: own?.drawnSettings, ...own?.settings }
  const name = data ?? own?.request ?? 'mnist'
  return await loadDataset(name, { dataDir, ...settings, ...dataSettings(name, given) })
}

function partOf(loaded: LoadedDataset, part: 'train' | 'test'): Dataset {
  const dataset = loaded[part]
  if (dataset) return dataset
  throw new InklingError(`${loaded.name} has no ${part} part`, { exitCode: 2, hint: 'Take --part train.' })
}

/** Bar and time left of what is under way. */
function stageProgress(progress: Progress) {
  let [stage, began] = ['', 0]
  return (label: string, done: number, total: number) => {
    if (label !== stage) [stage, began] = [label, performance.now()]
    const secondsLeft = done > 0 ? ((performance.now() - began) / 1000 / done) * (total - done) : undefined
    progress.update({ label, done, total, fields: [], secondsLeft })
  }
}

async function write(
  found: Clustering,
  folder: string,
  { loaded, run, warnings }: { loaded: LoadedDataset; run: string | undefined; warnings: string[] },
): Promise<void> {
  const [{ writeFileAtomic }, { renderClusters }] = await Promise.all([
    import('../../training/files.ts'),
    import('../../report/clusters.ts'),
  ])
  const page = renderClusters(found, {
    title: `${found.k} clusters of ${loaded.name}`,
    made: new Date().toISOString(),
    run: run && basename(run),
    source: loaded.source,
    warnings,
  })
  await writeFileAtomic(join(folder, 'report.html'), page, { what: 'the page' })
  await writeFileAtomic(join(folder, 'clusters.csv'), csvOf(found), { what: 'the clusters' })
  const facts = { data: loaded.name, run: run ?? null, ...record(found) }
  await writeFileAtomic(join(folder, 'clusters.json'), `${JSON.stringify(facts, undefined, 2)}\n`, {
    what: 'the scores',
  })
}

/** What is said of a clustering as plain values. */
function record({
  dataset,
  on,
  columns,
  method,
  k,
  seed,
  inertia,
  iterations,
  converged,
  scores,
  table,
  seconds,
}: Clustering) {
  return {
    ...{ examples: dataset.length, on, columns, method, k, seed, inertia, iterations, converged },
    ...(scores ?? { purity: null, nmi: null, ari: null }),
    ...{ classes: dataset.classes, table: dataset.labels ? table : null, seconds },
  }
}

/** One line an example: where it stands in the part that was clustered, its class, its cluster, its place on the map. */
function csvOf({ dataset, clusters, map }: Clustering): string {
  const at = new Map(Array.from(map?.positions ?? [], (position, i) => [position, i]))
  const place = (i: number) => {
    const p = at.get(i)
    return map && p !== undefined ? [map.points[2 * p].toFixed(4), map.points[2 * p + 1].toFixed(4)] : ['', '']
  }
  const { labels, indices, classes } = dataset
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const rows = Array.from(clusters, (c, i) => {
    const row = indices ? indices[i] : i
    return [row + 1, labels ? cell(classes[labels[row]]) : '', c + 1, ...place(i)].join(',')
  })
  return `example,label,cluster,x,y\n${rows.join('\n')}\n`
}

function say(
  found: Clustering,
  folder: string,
  output: Output,
  what: { run?: string; model?: string; data: string; part: string; warnings: string[] },
): void {
  const { dataset, scores } = found
  output.result({ folder, ...what, ...record(found) })
  output.say(
    table(
      ['cluster', 'examples', ...(dataset.labels ? ['mostly', 'share'] : [])],
      found.table.map((row, c) => {
        const all = row.reduce((a, b) => a + b, 0)
        const most = Math.max(...row)
        return [String(c + 1), count(all), dataset.classes[row.indexOf(most)], percent(most / all, 1)].slice(
          0,
          dataset.labels ? 4 : 2,
        )
      }),
      { align: ['right', 'right', 'left', 'right'] },
    ),
  )
  output.say(
    `\n${list([
      ...(scores
        ? ([
            [
              'purity',
              `${percent(scores.purity)} (${percent(Math.max(...classCounts(dataset)) / dataset.length)} with one cluster for all)`,
            ],
            ['NMI', scores.nmi.toFixed(4)],
            ['ARI', scores.ari.toFixed(4)],
          ] as const)
        : []),
      ['inertia', count(found.inertia)],
      ['on', found.on === 'pixels' ? `${found.columns} values` : `${found.columns} features, ${found.on}`],
      ['time', duration(found.seconds)],
      ['page', join(folder, 'report.html')],
    ])}`,
  )
  for (const warning of what.warnings) output.say(`\nWARNING: ${warning}`)
}

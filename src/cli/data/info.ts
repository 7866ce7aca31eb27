import { classCounts } from '../../data/dataset.ts'
import type { DatasetInfo } from '../../data/datasets/types.ts'
import { readDataFile } from '../../data/files.ts'
import type { HeartSummary } from '../../data/heartbeats/summary.ts'
import { findDataset, findPartly, loadDataset } from '../../data/load.ts'
import { canFetch, listDatasets } from '../../data/registry.ts'
import { dataSettings } from '../dataOptions.ts'
import { bytes, count, shape } from '../format.ts'
import type { SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { list, table } from '../table.ts'

export interface InfoOptions extends SharedOptions {
  with?: Record<string, string>
}

/** `inkling data info`. */
export async function info(name: string, options: InfoOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const settings = dataSettings(name, options.with)
  const entry = listDatasets().find(known => known.name === name.toLowerCase())
  const place = entry && !entry.builtIn ? findDataset(entry.name, options) : undefined
  const partly = entry && !entry.builtIn && !place ? findPartly(entry.name, options) : undefined
  // What is not here is described from the registry alone, and so are built-in sets that have no more to tell.
  const here = place !== undefined || (entry?.builtIn === true && entry.describe !== undefined)
  const loaded =
    !entry || (entry.load && here) ? await loadDataset(name, { dataDir: options.dataDir, ...settings }) : undefined
  const more = here
    ? await entry?.describe?.({ read: name => readAt(place?.paths.get(name) ?? name, entry) })
    : undefined
  const parts = [loaded?.train, loaded?.validation, loaded?.test, loaded?.unlabelled].flatMap(part =>
    part ? [{ name: part.name, examples: part.length, perClass: part.labels ? classCounts(part) : null }] : [],
  )
  const classes = loaded?.train.classes ?? entry?.classes ?? []
  const size = loaded?.train.shape ?? entry?.shape ?? []
  const files = (entry?.files ?? []).map(({ name, bytes, md5, sha256, optional }) => ({
    ...{ name, bytes, md5, sha256, optional: optional === true },
    found: (place ?? partly)?.paths.get(name) ?? null,
    canonical: loaded?.files.find(file => place?.paths.get(name)?.endsWith(file.path))?.canonical ?? null,
  }))
  output.result({
    name: entry?.name ?? loaded?.name,
    title: entry?.title,
    description: entry?.description,
    task: entry?.task ?? (loaded?.signals ? 'signals' : 'pictures'),
    shape: size,
    classes,
    examples: entry?.examples,
    source: loaded?.source ?? null,
    address: entry?.address,
    licence: entry?.licence,
    citation: entry?.citation,
    parts,
    files,
    notes: loaded?.notes,
    ...more,
  })
  if (output.json) return
  output.say(
    list([
      ['name', entry?.name ?? loaded?.name ?? name],
      ...(entry
        ? ([
            ['what', entry.description],
            ['address', entry.address],
            ['licence', entry.licence],
            ['cite', entry.citation],
          ] as const)
        : []),
      ['one example', shape(size)],
      ['classes', `${classes.length}: ${classes.join(', ')}`],
      ['here', loaded?.source ?? place?.folder ?? whereNot(entry, partly)],
    ]),
  )
  if (files.length > 0) {
    const state = (file: (typeof files)[number]) =>
      file.found === null
        ? '-'
        : file.canonical === null
          ? 'yes'
          : file.canonical
            ? 'yes, checksum right'
            : 'yes, other content'
    output.say('')
    output.say(
      table(
        ['file', 'unpacked', 'here'],
        files.map(file => [file.name, file.bytes === undefined ? '' : bytes(file.bytes), state(file)]),
      ),
    )
  }
  if (parts.length > 0) {
    output.say('')
    output.say(distribution(classes, parts))
  }
  if (entry?.task === 'heartbeats' && more) {
    const { heartText } = await import('./heartText.ts')
    output.say(`\n${heartText(more as unknown as HeartSummary)}`)
  }
  for (const note of loaded?.notes ?? []) output.say(`note: ${note}`)
}

async function readAt(path: string, entry: DatasetInfo) {
  return { bytes: (await readDataFile(path, { fetched: canFetch(entry) })).bytes, source: path }
}

function whereNot(entry: DatasetInfo | undefined, partly: ReturnType<typeof findPartly>): string {
  if (entry?.builtIn) return 'built in'
  if (partly) return `no: ${partly.folder} lacks ${partly.missing.join(', ')}`
  return entry?.howToGet ? `no. ${entry.howToGet}` : 'no'
}

interface Part {
  name: string
  examples: number
  /** Examples of each class; null without labels. */
  perClass: number[] | null
}

/** A table of how many examples of each class the parts have. */
function distribution(classes: readonly string[], parts: readonly Part[]): string {
  const rows = classes.map((label, c) => [label, ...parts.map(part => (part.perClass ? count(part.perClass[c]) : ''))])
  return table(
    ['class', ...parts.map(part => part.name)],
    [...rows, ['all', ...parts.map(part => count(part.examples))]],
    { align: ['left', ...parts.map(() => 'right' as const)] },
  )
}

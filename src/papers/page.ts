import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { writeFileAtomic } from '../training/files.ts'
import { RUN_FILES, readConfig, readMetrics } from '../training/runFolder.ts'
import { plural } from '../words.ts'
import { claims } from './claims.ts'
import type { DataFacts, Experiment, Finished, RecipeKind } from './experiment.ts'
import { type Look, lookAt, type PaperText } from './look.ts'
import { numberText, percentText } from './numberText.ts'
import { papers } from './papers.ts'
import { experiments } from './registry.ts'
import { type Row, rowsOf } from './rows.ts'
import { workFolder } from './runner.ts'
import { figuresFolder } from './store.ts'
import { wrapped } from './wrap.ts'

export interface PageOptions {
  /** Where finished trials are kept. */
  results: string
  /** Where trials work: how far unfinished ones are is said. */
  work: string
  quick?: boolean
}

/** Writes the page of all results from what is finished. */
export async function writePage(file: string, { results, work, quick = false }: PageOptions): Promise<void> {
  const look = await lookAt(results, experiments, quick)
  const parts: string[] = [head(look)]
  if (quick) parts.push('**Of a quick version on a few hundred examples: the figures mean nothing.**')
  for (const paper of papers) parts.push(await paperPart(paper, look, { results, work, file }))
  parts.push(dataPart(look), claimsPart(look))
  await writeFileAtomic(file, `${parts.join('\n\n')}\n`, { what: 'the results' })
}

function head(look: Look): string {
  const all = experiments.flatMap(e => look.finished(e.id))
  const machines = [...Map.groupBy(all, f => f.environment.processor)].map(([processor, own]) => {
    const backends = [...new Set(own.map(f => f.environment.backend))].sort()
    return `${processor} (${backends.join('; ')})`
  })
  const rows = experiments.flatMap(e => rowsOf(e, look.finished(e.id))).filter(r => r.met !== null && !r.aim)
  const reached = (recipe: RecipeKind) => {
    const own = rows.filter(r => r.recipe === recipe)
    return `${own.filter(r => r.met).length} of ${own.length}`
  }
  const versions = [...new Set(all.map(f => `inkling ${f.environment.inkling} on Node ${f.environment.node}`))]
  return [
    '# Results: the five papers, published against measured',
    '',
    'Written by `inkling reproduce --write docs/results.md` from `results/`: do not edit it. `inkling reproduce ID` measures a row again',
    '(`--fresh` where it is finished already), `inkling reproduce --list` names them all.',
    '',
    `${plural(experiments.length, 'experiment')}, ${plural(all.length, 'finished training')}. Of the measured figures that a paper prints,`,
    `${reached('paper')} by the paper’s recipe and ${reached('inkling')} by Inkling’s reach the printed one.`,
    ...(all.length > 0 ? ['', `Measured with ${versions.join(', ')}: ${machines.join(', ')}.`] : []),
    '',
    '- *measured* is the mean over the seeds, ± their standard deviation. The texts call figures the same that are no further apart than twice',
    '  the standard error of their difference (0.2 points at 99.5 % of 10,000 examples); where each seed draws its own test part, as of the',
    '  glyphs, it is the 95 % interval of the differences seed by seed.',
    '- *recipe* `paper`: the settings of the paper as far as it states them, the rest chosen here: all of it where the paper only names an',
    '  experiment as a next step, or gives no figure. `inkling`: a modern schedule. Both are in the row’s JSON file.',
    '- *time* is that of the quickest of its seeds, with the threads of its JSON file, on machines that did other work beside it.',
    '- No epoch and no threshold is chosen by test examples: the last epoch counts, or the best on held-out training examples. But Inkling’s recipes',
    '  were changed until they reached the printed figures, those of CIFAR-10 (how many epochs) and of the glyphs by such figures as stand here.',
  ].join('\n')
}

interface Places {
  results: string
  work: string
  file: string
}

async function paperPart(paper: PaperText, look: Look, places: Places): Promise<string> {
  const own = experiments.filter(e => e.paper === paper.id)
  const parts = [`## ${paper.id}: ${paper.title}`, wrapped(paper.text(look))]
  for (const experiment of own) parts.push(await experimentPart(experiment, look.finished(experiment.id), places))
  return parts.join('\n\n')
}

const asSentence = (note: string) => note[0].toUpperCase() + note.slice(1).replace(/\.?$/, '.')

async function experimentPart(
  experiment: Experiment,
  finished: readonly Finished[],
  { results, work, file }: Places,
): Promise<string> {
  const lines = [`### \`${experiment.id}\`: ${experiment.title}`, '', asSentence(experiment.measured), '']
  const rows = rowsOf(experiment, finished)
  if (finished.length === 0) {
    lines.push(`Not measured yet; about ${experiment.minutes} minutes: \`inkling reproduce ${experiment.id}\`.`, '')
    const wanted = rows.filter(r => r.published !== null)
    if (wanted.length > 0) lines.push(...table(wanted))
  } else lines.push(...table(rows))
  lines.push('', ...(await underWay(experiment, finished, work)))
  lines.push('', ...rowNotes(rows).map(note => `- ${note}`))
  lines.push(...notesOf(finished).map(note => `- ${note}`))
  const figures = finished.length > 0 ? await figuresOf(experiment.id, results, file) : []
  if (figures.length > 0)
    lines.push('', `Figures (SVG, with a CSV of the same name beside each): ${figures.join(', ')}.`)
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** The notes of the rows, each with the variants that it is about where it is not about all. */
function rowNotes(rows: readonly Row[]): string[] {
  const variantsOf = (some: readonly Row[]) => [...new Set(some.map(row => row.variant))]
  const noted = rows.filter(row => row.note !== undefined)
  return [...Map.groupBy(noted, row => `*${row.metric}*: ${row.note}.`)].map(([note, about]) => {
    const own = variantsOf(about)
    const all = variantsOf(rows.filter(row => row.metric === about[0].metric))
    return own.length === all.length ? note : `${own.join(', ')}, ${note}`
  })
}

/** Longer ones are about the machine or the files, not about the figures. */
const LONGEST_NOTE = 240
/** A row says what always naming the largest class gives. */
const SAID_IN_A_ROW = /^(\d+(\.\d+)? % of the .* part is|Always saying) "/

/** What must be known of the trials, each with those that it is about where it is not about all. */
function notesOf(finished: readonly Finished[]): string[] {
  const nameOf = ({ variant, recipe }: Finished) => variant || recipe
  const about = new Map<string, Set<string>>()
  for (const one of finished)
    for (const note of [...(one.notes ?? []), ...(one.data?.notes ?? [])]) {
      const sentence = asSentence(note.replace(/^warning: /, ''))
      about.set(sentence, (about.get(sentence) ?? new Set()).add(nameOf(one)))
    }
  const all = new Set(finished.map(nameOf)).size
  return [...about].flatMap(([note, names]) => {
    if (note.length >= LONGEST_NOTE || SAID_IN_A_ROW.test(note)) return []
    return names.size === all ? note : `${[...names].sort().join(', ')}: ${note}`
  })
}

/** How far the trials are that were begun and not finished. */
async function underWay(experiment: Experiment, finished: readonly Finished[], work: string): Promise<string[]> {
  const lines: string[] = []
  for (const { variant } of experiment.trials)
    for (const recipe of experiment.recipes ?? (['paper'] as const)) {
      if (finished.some(f => f.variant === variant && f.recipe === recipe)) continue
      const folder = workFolder(work, experiment.id, { variant, recipe, seed: 0 })
      if (!existsSync(join(folder, RUN_FILES.config))) continue
      const { epochs } = readConfig(folder).recipe
      const last = (await readMetrics(folder)).at(-1)
      if (!last) continue
      const accuracy = last.validationAccuracy ?? last.accuracy
      const so = accuracy === undefined ? `loss ${last.loss.toPrecision(4)}` : `${(100 * accuracy).toFixed(2)} %`
      lines.push(`- ${[variant, recipe].filter(Boolean).join(', ')}: epoch ${last.epoch} of ${epochs}, so far ${so}.`)
    }
  return lines
}

function table(rows: readonly Row[]): string[] {
  const variants = rows.some(r => r.variant !== '')
  const header = [
    ...(variants ? ['variant'] : []),
    'recipe',
    'metric',
    'published',
    'measured',
    'met',
    'epochs',
    'time',
    'seeds',
  ]
  const body = rows.map(row => [
    ...(variants ? [row.variant] : []),
    row.recipe,
    row.metric,
    figureText(row.published, row) + (row.aim ? ' (our aim)' : ''),
    figureText(row.measured, row) + spreadText(row),
    row.met === null ? '' : row.met ? 'yes' : '**no**',
    row.epochs === null ? '' : String(row.epochs),
    row.seconds === null ? '' : clock(row.seconds),
    row.seeds === 0 ? '' : String(row.seeds),
  ])
  return [header, header.map(() => '---'), ...body].map(cells => `| ${cells.join(' | ')} |`)
}

/** Nothing beside what is the same for every seed, such as a number of parameters. */
const spreadText = (row: Row): string =>
  row.spread === null || (row.spread === 0 && row.unit === 'number') ? '' : ` ± ${figureText(row.spread, row)}`

function figureText(value: number | null, { unit }: Row): string {
  if (value === null) return ''
  return unit === 'share' ? percentText(value) : numberText(value)
}

function clock(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  return seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`
}

async function figuresOf(id: string, results: string, file: string): Promise<string[]> {
  const folder = figuresFolder(results, id)
  const names = (await readdir(folder).catch(() => [] as string[])).filter(name => name.endsWith('.svg')).sort()
  const there = relative(dirname(file), folder).split(sep).join('/')
  return names.map(name => `[${name.slice(0, -'.svg'.length)}](${there}/${name})`)
}

/** The data that the figures rest on, by their hashes. */
function dataPart(look: Look): string {
  const sets = new Map<string, { facts: DataFacts; users: Set<string> }>()
  for (const { id } of experiments)
    for (const { data, seed, variant } of look.finished(id)) {
      if (!data || seed !== 0) continue
      const key = `${data.name} ${data.sha256.train} ${data.sha256.test}`
      const { users } = sets.get(key) ?? { users: new Set<string>() }
      sets.set(key, { facts: data, users: users.add(`${id} ${variant}`.trim()) })
    }
  const files = new Map<string, string>()
  for (const { facts } of sets.values()) for (const { path, sha256 } of facts.files) files.set(path, sha256)
  const lines = ['## Data', '']
  if (sets.size === 0) return [...lines, 'None was used yet.'].join('\n')
  lines.push(
    'SHA-256 of the features and labels of the parts as the trainings got them (seed 0), then of the unpacked files.',
    '',
    '| data | training part | test part | examples | used by |',
    '| --- | --- | --- | --- | --- |',
    ...[...sets.values()].map(({ facts: { name, sha256, counts }, users }) => {
      const { train, validation, test } = counts
      const [first, ...others] = users
      const by = others.length > 0 ? `${first} and ${others.length} more` : first
      return `| ${name} | ${hashText(sha256.train)} | ${hashText(sha256.test)} | ${train} / ${validation} / ${test} | ${by} |`
    }),
    '',
    '| file | SHA-256 |',
    '| --- | --- |',
    ...[...files].sort().map(([path, sha256]) => `| ${path} | \`${sha256}\` |`),
  )
  return lines.join('\n')
}

const hashText = (sha256: string | undefined): string => (sha256 ? `\`${sha256.slice(0, 16)}\`` : '')

function claimsPart(look: Look): string {
  return [
    '## Claims of the papers, and what we found',
    '',
    '| claim | paper | what we found |',
    '| --- | --- | --- |',
    ...claims.map(
      ({ claim, paper, found }) => `| ${claim} | ${paper} | ${found(look, experiments).replace(/\s*\n\s*/g, ' ')} |`,
    ),
  ].join('\n')
}

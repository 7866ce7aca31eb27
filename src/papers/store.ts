import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InklingError } from '../errors.ts'
import { writeFileAtomic } from '../training/files.ts'
import type { DrawnFigure, Experiment, Finished } from './experiment.ts'
import { csvText } from './figures/csv.ts'
import { alone } from './lock.ts'

/** Finished trials of one experiment: `<folder>/<id>.json`. */
interface StoredResults {
  id: string
  paper: string
  title: string
  finished: Finished[]
}

/** Which trial it is, whatever its seed. */
const kindOf = ({ variant, recipe }: Pick<Finished, 'variant' | 'recipe'>) => `${variant}/${recipe}`

/** Which trial it is, among those of an experiment. */
export const keyOf = (one: Pick<Finished, 'variant' | 'recipe' | 'seed'>) => `${kindOf(one)}/${one.seed}`

export const resultsFile = (folder: string, id: string) => join(folder, `${id}.json`)

/** The finished trials of an experiment; none where there is no file. */
export async function readFinished(folder: string, id: string): Promise<Finished[]> {
  const path = resultsFile(folder, id)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw new InklingError(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  try {
    const stored = JSON.parse(text) as StoredResults
    if (!Array.isArray(stored.finished)) throw new Error('it has no list "finished"')
    return stored.finished
  } catch (cause) {
    throw new InklingError(`${path} holds no results: ${(cause as Error).message}`, {
      cause,
      hint: 'Remove it: everything in it is measured again.',
    })
  }
}

/**
 * Adds a trial, in place of an earlier one of the same key; another process may add others at the same time.
 * @param anew in place of those of other seeds too: they may have been trained by other settings
 */
export async function keepFinished(
  folder: string,
  { id, paper, title }: Experiment,
  one: Finished,
  anew = false,
): Promise<void> {
  const same = anew ? kindOf : keyOf
  const path = resultsFile(folder, id)
  await alone(path, async () => {
    const others = (await readFinished(folder, id)).filter(other => same(other) !== same(one))
    const finished = [...others, one].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    await writeFileAtomic(path, asText({ id, paper, title, finished }), { what: 'the results' })
  })
}

/** JSON with a line for each trial, so that a new one is a line in the history of the repository. */
function asText({ finished, ...head }: StoredResults): string {
  const lines = finished.map(one => JSON.stringify(one, compactly)).join(',\n')
  return `${JSON.stringify(head).slice(0, -1)},"finished":[\n${lines}\n]}\n`
}

/** For JSON.stringify: figures are kept to six digits, since more are noise and the files are committed. */
export function compactly(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}

/** Where an experiment's figures lie. */
export const figuresFolder = (folder: string, id: string) => join(folder, 'figures', id)

/** Writes a figure as SVG and its values as CSV. */
export async function keepFigure(folder: string, id: string, name: string, figure: DrawnFigure): Promise<void> {
  const path = join(figuresFolder(folder, id), name)
  await alone(path, async () => {
    await writeFileAtomic(`${path}.svg`, figure.svg, { what: 'the figure' })
    await writeFileAtomic(`${path}.csv`, csvText(figure.csv), { what: 'the figure' })
  })
}

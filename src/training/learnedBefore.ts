import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { InklingError } from '../errors.ts'
import { readImported } from './importedRun.ts'
import type { RunConfig } from './runConfig.ts'
import { folderOfRun, RUN_FILES, readConfig } from './runFolder.ts'

/** What tells which examples a run learned, and which it held out. */
export type Split = Pick<RunConfig, 'seed' | 'recipe' | 'fold'> & {
  data: Pick<RunConfig['data'], 'name' | 'sha256' | 'files' | 'settings'>
}

/** A run that learned examples which a later one, begun with its weights, holds out. */
export type Learned = NonNullable<NonNullable<RunConfig['from']>['learned']>[number]

/**
 * The runs behind the weights at `path` that learned some of what `split` holds out. Of weights without a run's settings
 * nothing is known.
 * @param has the parts that the new run has; `given`: its validation part comes with the data
 * @throws InklingError (exit code 2) for folds of data that such a run learned: there is none that it did not
 */
export function learnedBefore(
  path: string,
  split: Split,
  has: { test: boolean; validation: boolean; given: boolean },
): Learned[] {
  const found: Learned[] = []
  for (const { run, config } of runsBehind(path)) {
    if (!sameData(config.data, split.data)) continue
    if (split.fold)
      throw new InklingError(
        `${run} has learned examples of all folds: what goes on from it cannot be judged by them`,
        {
          exitCode: 2,
          hint: 'Leave --from out, or begin with a run on other data.',
        },
      )
    const moved = movedParts(config, split, has)
    const parts = (['test', 'validation'] as const).filter(part => has[part] && moved[part])
    if (parts.length > 0) found.push({ run, parts, like: likeIt(config, split) })
  }
  return found
}

/** What must be said of figures of `part` (default: of any). */
export function learnedWarnings(learned: readonly Learned[] = [], part?: string): string[] {
  return learned
    .filter(({ parts }) => part === undefined || parts.some(one => one === part))
    .map(({ run, parts, like }) => {
      const held = parts.length > 1 ? 'Test and validation part hold' : `The ${parts[0]} part holds`
      const mend = like ? `Take the split of that run: ${like}.` : 'Judge on data that neither run was trained on.'
      return `${held} examples that ${run} learned, whose weights this run began with: such scores are too good. ${mend}`
    })
}

/** The run whose weights these are, the one that it began with itself, and so on, as far as they are still there. */
export function* runsBehind(path: string): Generator<{ run: string; config: RunConfig }> {
  const seen = new Set<string>()
  for (let next: string | undefined = path; next !== undefined; ) {
    const run = folderOfRun(next)
    if (seen.has(run) || !existsSync(join(run, RUN_FILES.config))) return
    seen.add(run)
    const config = readIfKnown(run)
    if (!config) return
    yield { run, config }
    next = config.from?.path
  }
}

/** The settings of a run; undefined for one of another version, of which nothing need be known to take its weights. */
function readIfKnown(run: string): RunConfig | undefined {
  try {
    return readImported(run) ? undefined : readConfig(run)
  } catch (error) {
    if (error instanceof InklingError) return undefined
    throw error
  }
}

function sameData(a: Split['data'], b: Split['data']): boolean {
  if (a.files.length === 0 || b.files.length === 0) return a.sha256.train === b.sha256.train
  const [hashes, others] = [a, b].map(({ files }) => new Set(files.map(({ sha256 }) => sha256)))
  const common = [...hashes].filter(hash => others.has(hash)).length
  // Of a known set not every file need be read each time; of two sets with a common file the split says nothing.
  return common > 0 && (a.name === b.name || (common === hashes.size && common === others.size))
}

/** Which parts of `b` the split of `a` has elsewhere. */
function movedParts(a: RunConfig, b: Split, { given }: { given: boolean }): { test: boolean; validation: boolean } {
  const sameTrain = a.data.sha256.train === b.data.sha256.train
  // A part of other content may be the same examples in another form.
  const test = !sameTrain && a.data.sha256.test !== b.data.sha256.test && !same(drawnBy(a), drawnBy(b))
  const { table } = b.data.settings ?? {}
  if (given && !table) return { test, validation: test }
  return { test, validation: test || !(same(heldOutBy(a), heldOutBy(b)) || (table && sameTrain)) }
}

/** As plain JSON, as one of the two was read. */
const same = (a: unknown, b: unknown) => isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)))

/** What the test part was drawn by. */
function drawnBy({ data: { name, settings = {} } }: Split): unknown {
  const { images, table, signals, mitdb, glyphs } = settings
  const { split = 'inter-patient', ...beats } = mitdb ?? {}
  return {
    name,
    images: images && [images.seed, images.testShare],
    // By groups, the one split depends on the other's share.
    table: table && { ...table, validation: table.group === undefined ? undefined : table.validation },
    signals: signals && { ...signals, rate: 0, channels: [] },
    mitdb: split === 'random' ? beats : split,
    glyphs: glyphs && { ...glyphs, framing: '' },
  }
}

/** What the validation part was drawn by. */
function heldOutBy({ seed, recipe, fold, data: { settings } }: Split): unknown {
  const { validation, split = 'stratified', examples } = recipe
  const { table } = settings ?? {}
  return table ? [table.seed, table.validation ?? validation, table.fold] : [seed, validation, split, examples, fold]
}

/** The options of a new run with the split of `run`; undefined where there are none. */
function likeIt(run: RunConfig, now: Split): string | undefined {
  const seed = seedOf(run)
  const { validation } = run.recipe
  if (run.fold) return undefined
  const options = [
    ...(seed === seedOf(now) ? [] : [`--seed ${seed}`]),
    ...(validation === now.recipe.validation ? [] : [`--validation ${validation}`]),
  ]
  return options.length > 0 ? options.join(' ') : undefined
}

const seedOf = ({ seed, data: { settings = {} } }: Split) =>
  Number(settings.images?.seed ?? settings.table?.seed ?? settings.signals?.seed ?? seed)

import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { capPerClass, oversample } from '../data/balance.ts'
import { type Dataset, exampleAt, rowOf, strideOf } from '../data/dataset.ts'
import { type Fold, foldOf } from '../data/folds.ts'
import { loadDataset } from '../data/load.ts'
import type { LoadedDataset, LoadOptions } from '../data/loaded.ts'
import { guardOverlap, type OverlapRecord } from '../data/overlap.ts'
import { listDatasets } from '../data/registry.ts'
import { drawExamples, holdOut } from '../data/split.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import type { Recipe } from '../zoo/index.ts'
import { withDrawnDigits } from './drawnBeside.ts'
import type { RunConfig } from './runConfig.ts'

/** The data of a run, split. */
export interface RunData {
  loaded: LoadedDataset
  /** What they were asked for by; undefined for data given in memory. */
  request?: string
  /** As it is: what is counted and judged. */
  train: Dataset
  /** What the network sees of it in an epoch, where the recipe evens out its classes. */
  shown?: Dataset
  validation?: Dataset
  test?: Dataset
  overlap?: OverlapRecord
  /** Of the features and labels of the parts before the split. */
  sha256: { train: string; test?: string }
}

export interface RunDataOptions extends LoadOptions {
  /** Of data in memory that came from a name or a path: which one it was. */
  request?: string
  allowOverlap?: boolean
  /** Holds out this fold of the training data; a test part is left alone. */
  fold?: Fold
  /** Expected hashes, when a run goes on. */
  expected?: RunConfig['data']['sha256']
}

/** Loads what a name or a path stands for; data in memory stay as they are. */
export async function loadRunData(
  data: string | LoadedDataset,
  load: LoadOptions = {},
): Promise<{ loaded: LoadedDataset; request?: string }> {
  if (typeof data !== 'string') return { loaded: data }
  return { loaded: await loadDataset(data, load), request: requestOf(data) }
}

/**
 * Loads data, holds out a validation part as the recipe says (where the data have none of their own), and refuses test
 * data that are in the training data. Groups that belong together stay on one side.
 * @param data a name, a path, or data in memory
 */
export async function prepareRunData(
  data: string | LoadedDataset,
  recipe: Recipe,
  seed: number,
  { allowOverlap, expected, fold, request: asked, ...load }: RunDataOptions = {},
): Promise<RunData> {
  const { loaded, request = asked } = await loadRunData(data, load)
  if (!loaded.train.labels) throw new InklingError(`${loaded.train.name} has no labels to learn from`)
  // A test part without labels is for prediction, not for judging.
  const test = loaded.test?.labels && !fold ? loaded.test : undefined
  const sha256 = { train: contentHash(loaded.train), test: test && contentHash(test) }
  if (expected && (expected.train !== sha256.train || expected.test !== sha256.test))
    throw new InklingError(`the data ${loaded.name} are not those that this run began with`, {
      hint: `Their content changed (${loaded.source}). Bring the old data back, or start a new run.`,
    })
  // Windows of a signal and rows of a few numbers may be equal and yet be two observations; notes count those of tables.
  const rows = loaded.signals || loaded.train.shape.length < 2
  const overlap = test && !rows ? guardOverlap(loaded.train, test, { allowOverlap }) : undefined
  if (fold && loaded.table && recipe.examples !== undefined)
    throw new InklingError('the folds of a table are made of all its rows: --examples would change nothing', {
      exitCode: 2,
      hint: 'Leave out --examples or --folds.',
    })
  const all = drawExamples(loaded.train, recipe.examples, {
    seed,
    name: `${loaded.train.name}:${recipe.examples}`,
  })
  const made = (train: Dataset): Pick<RunData, 'train' | 'shown'> => {
    // What is drawn beside drawn digits must be others: by the same seed some would be those held out.
    const hand = loaded.drawn ? createRandom(seed).fork('drawn beside').key : seed
    const whole = (part: Dataset) => (recipe.drawn ? withDrawnDigits(part, recipe.drawn, hand) : part)
    const even = balanced(train, recipe, seed)
    return { train: whole(train), shown: even && whole(even) }
  }
  if (fold) {
    // The rows of a table come split: they are standardised by their training part.
    const { train, validation } = loaded.table ? loaded : foldOf(all, fold, seed)
    return { loaded, request, ...made(train), validation, sha256 }
  }
  if (recipe.validation === 0) return { loaded, request, ...made(all), test, overlap, sha256 }
  if (loaded.validation) {
    const { validation } = loaded
    return { loaded, request, ...made(all), validation, test, overlap, sha256 }
  }
  const { train, validation } = holdOut(all, recipe.validation, { seed, stratified: recipe.split !== 'random' })
  if (train.length === 0 || validation.length === 0)
    throw new InklingError(
      `${all.name} has ${all.length} examples: too few to hold out ${100 * recipe.validation} % for validation`,
      { hint: 'Give more examples, or hold none out: --validation 0.' },
    )
  return { loaded, request, ...made(train), validation, test, overlap, sha256 }
}

/**
 * The data of a run again, in the parts that it had.
 * @param request where they are now
 * @throws InklingError when they are not those that the run began with
 */
export const runDataAgain = (
  { data, recipe, seed, fold }: RunConfig,
  request: string | LoadedDataset,
  load: LoadOptions = {},
): Promise<RunData> =>
  prepareRunData(request, recipe as unknown as Recipe, seed, {
    allowOverlap: data.overlap?.allowed,
    expected: data.sha256,
    fold,
    drawn: data.drawnSettings,
    ...data.settings,
    ...load,
  })

/**
 * The training part alone, if the recipe asks for it: repeats on both sides of a split would be a leak, and other parts are
 * judged as they are.
 */
function balanced(train: Dataset, { cap, oversample: even }: Recipe, seed: number): Dataset | undefined {
  if (cap === undefined && !even) return undefined
  const { name } = train
  const capped = cap === undefined ? train : capPerClass(train, cap, { seed, name })
  return even ? oversample(capped, { seed, name }) : capped
}

/** A name as it is, a path so that it holds from everywhere. */
export const requestOf = (data: string): string => (isKnown(data) ? data : resolve(data))

const isKnown = (data: string) => listDatasets().some(({ name }) => name === data.toLowerCase())

/** SHA-256 of a dataset's features and labels, in its order. */
export function contentHash(dataset: Dataset): string {
  const hash = createHash('sha256')
  const { features, labels, indices, length } = dataset
  const stride = strideOf(dataset.shape)
  if (dataset.rows) for (let i = 0; i < length; i++) hash.update(exampleAt(dataset, i))
  else if (indices) for (let i = 0; i < length; i++) hash.update(bytesOf(features, rowOf(dataset, i) * stride, stride))
  else hash.update(bytesOf(features, 0, length * stride))
  if (labels) hash.update(Int32Array.from({ length }, (_, i) => labels[rowOf(dataset, i)]))
  return hash.digest('hex')
}

function bytesOf(values: Uint8Array | Float32Array, from: number, count: number): Uint8Array {
  const size = values.BYTES_PER_ELEMENT
  return new Uint8Array(values.buffer, values.byteOffset + from * size, count * size)
}

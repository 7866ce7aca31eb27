import type { Dataset } from '../data/dataset.ts'
import { InklingError } from '../errors.ts'
import type { Model } from '../nn/index.ts'
import { type BuildOptions, type ZooEntry, zoo } from '../zoo/index.ts'

/** So many other models are named. */
const NAMED = 5

/**
 * Builds a model of the zoo for data, which many can be that were meant for other kinds of data.
 * @param name of the data, for errors
 * @throws InklingError (exit code 2) that names models for the data, where this one cannot learn them
 */
export function buildModel(
  entry: ZooEntry,
  name: string,
  { shape, classes }: Pick<Dataset, 'shape' | 'classes'>,
  set?: BuildOptions['set'],
): Model {
  if (entry.classes === 0)
    throw new InklingError(`${entry.id} makes pictures of pictures, it learns no classes`, {
      exitCode: 2,
      hint: `It is trained by: inkling reproduce ${entry.id}. Models for ${name} are ${othersFor(shape, classes)}`,
    })
  try {
    return entry.build({ inputShape: shape, classes: classes.length, classNames: classes, set })
  } catch (error) {
    if (!(error instanceof InklingError) || entry.inputShape.length === shape.length) throw error
    throw new InklingError(`${entry.id} is for ${kindOf(entry.inputShape)}, ${name} holds ${inWords(shape)}`, {
      exitCode: 2,
      hint: `Models for these are ${othersFor(shape, classes)}`,
      cause: error,
    })
  }
}

const kindOf = (shape: readonly number[]) =>
  shape.length === 3 ? 'pictures' : shape.length === 2 ? 'signals' : 'rows of a table'

function inWords(shape: readonly number[]): string {
  const [first, channels] = shape
  if (shape.length === 3) return `pictures of ${shape.join(' x ')}`
  if (shape.length === 2) return `signals of ${first} samples${channels > 1 ? ` in ${channels} channels` : ''}`
  return `${kindOf(shape)}, ${shape.join(' x ')} numbers each`
}

/** Models meant for such data, those of the very same shape first. */
function othersFor(shape: readonly number[], classes: readonly string[]): string {
  const same = ({ inputShape }: ZooEntry) => Number(inputShape.join() === shape.join())
  const meant = zoo
    .filter(entry => entry.classes > 0 && entry.inputShape.length === shape.length)
    .sort((a, b) => same(b) - same(a))
  const named: string[] = []
  for (const entry of meant) {
    if (named.length === NAMED) return `${named.join(', ')}, ... (inkling models)`
    if (builds(entry, { inputShape: shape, classes: classes.length, classNames: classes })) named.push(entry.id)
  }
  return named.join(', ')
}

/** Whether a model can be built so. */
export function builds(entry: ZooEntry, options: BuildOptions): boolean {
  try {
    entry.build(options)
    return true
  } catch (error) {
    if (error instanceof InklingError) return false
    throw error
  }
}

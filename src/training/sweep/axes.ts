import { NORMALISATIONS } from '../../data/normalise.ts'
import { InklingError, nearest } from '../../errors.ts'
import { schedules } from '../../nn/index.ts'
import { createRandom } from '../../random.ts'
import { findRecipe, type OptionValue, type Recipe, resolveOptions, type ZooEntry } from '../../zoo/index.ts'
import type { NewRun } from '../trainOptions.ts'

/** The values of one axis: a list, or a range to draw from. */
export type AxisValues = readonly OptionValue[] | { from: number; to: number }
export type Axes = Readonly<Record<string, AxisValues>>
/** What one trial is trained with. */
export type TrialValues = Readonly<Record<string, OptionValue>>

/** 'lr 0.001, batch 32'. */
export const trialName = (values: TrialValues) =>
  Object.entries(values)
    .map(([axis, value]) => `${axis} ${value}`)
    .join(', ')

type Changes = Pick<NewRun, 'recipe' | 'changes' | 'set' | 'normalise' | 'seed'>

/** Parts of a recipe that can be an axis. Everything else is an option of the model. */
const recipeAxes: Record<
  string,
  { what: string; logarithmic?: boolean; apply(value: OptionValue, recipe: Recipe): Changes }
> = {
  lr: { what: 'learning rate', logarithmic: true, apply: value => ({ changes: { rate: number('lr', value) } }) },
  batch: {
    what: 'examples in a step',
    logarithmic: true,
    apply: value => ({ changes: { batch: number('batch', value) } }),
  },
  epochs: { what: 'epochs', apply: value => ({ changes: { epochs: number('epochs', value) } }) },
  optimizer: {
    what: 'sgd, momentum (sgd with 0.9), rmsprop, adam, adamw or amsgrad',
    apply(value, { optimizer: { rate } }) {
      const kind = word('optimizer', value, ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw', 'amsgrad'])
      return { changes: { optimizer: kind === 'momentum' ? { kind: 'sgd', rate, momentum: 0.9 } : { kind, rate } } }
    },
  },
  decay: {
    what: 'weight decay',
    logarithmic: true,
    apply: (value, { optimizer }) => ({
      changes: { optimizer: { ...optimizer, weightDecay: number('decay', value) } },
    }),
  },
  schedule: {
    what: 'constant, cosine or oneCycle',
    apply: value => ({
      changes: { schedule: schedules[word('schedule', value, ['constant', 'cosine', 'oneCycle'])]() },
    }),
  },
  smoothing: {
    what: 'label smoothing',
    apply: value => ({ changes: { loss: { kind: 'crossEntropy', labelSmoothing: number('smoothing', value) } } }),
  },
  normalise: {
    what: 'binary (0 or 1), unit (0..1), signed (-1..1) or standardise',
    apply: value => ({ normalise: word('normalise', value, NORMALISATIONS) }),
  },
  seed: { what: 'start of all random numbers', apply: value => ({ seed: number('seed', value) }) },
}

function number(name: string, value: OptionValue): number {
  const found = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  if (Number.isFinite(found)) return found
  throw new InklingError(`${name} must be numbers, got "${value}"`, { exitCode: 2 })
}

function word<const W extends string>(name: string, value: OptionValue, words: readonly W[]): W {
  const found = words.find(w => w === value)
  if (found) return found
  throw new InklingError(`${name} must be one of ${words.join(', ')}, got "${value}"`, { exitCode: 2 })
}

/** `lr=1e-4,1e-3;batch=32,128` or, of a random draw, `lr=1e-4..1e-1;width=8..64`. */
export function parseAxes(text: string): Axes {
  const axes: Record<string, AxisValues> = {}
  for (const part of text.split(';').filter(p => p.trim() !== '')) {
    const at = part.indexOf('=')
    const [name, values] = [part.slice(0, at).trim(), part.slice(at + 1).trim()]
    if (at < 1 || values === '' || Object.hasOwn(axes, name))
      throw new InklingError(`"${part.trim()}" is no axis of a sweep`, {
        exitCode: 2,
        hint: 'Each axis once, with its values: lr=1e-4,1e-3;batch=32,128, or a range to draw from: lr=1e-4..1e-1',
      })
    axes[name] = axisOf(name, values)
  }
  return checkAxes(axes)
}

/** Axes from JSON: {"lr": [1e-4, 1e-3], "width": "8..64"}. */
export function axesOf(json: unknown, where: string): Axes {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new InklingError(`${where}: axes are an object such as {"lr": [0.001, 0.01]}`)
  const axes: Record<string, AxisValues> = {}
  for (const [name, values] of Object.entries(json)) {
    if (typeof values === 'string') axes[name] = axisOf(name, values)
    else if (Array.isArray(values) && values.every(v => /^(string|number|boolean)$/.test(typeof v))) axes[name] = values
    else throw new InklingError(`${where}: ${name} must be a list of values, or text such as "1e-4..1e-1"`)
  }
  return checkAxes(axes)
}

function axisOf(name: string, values: string): AxisValues {
  const range = /^(.+?)\.\.(.+)$/.exec(values)
  if (!range) return values.split(',').map(v => typed(v.trim()))
  const [from, to] = [number(name, range[1]), number(name, range[2])]
  if (from < to) return { from, to }
  throw new InklingError(`${name}: a range goes from less to more, got ${values}`, { exitCode: 2 })
}

/** Numbers are numbers in every record. */
const typed = (text: string): OptionValue => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text)

function checkAxes(axes: Axes): Axes {
  for (const [name, values] of Object.entries(axes))
    if ('length' in values && (values.length === 0 || new Set(values.map(String)).size < values.length))
      throw new InklingError(`${name} has a value twice, or none`, { exitCode: 2 })
  if (Object.keys(axes).length > 0) return axes
  throw new InklingError('a sweep needs one axis at least, such as lr=1e-4,1e-3', { exitCode: 2 })
}

/** Most trials of one sweep: more is a slip of the keyboard. */
const MOST_TRIALS = 1000

/** All combinations, the last axis changing fastest; or so many drawn by the seed, none twice. */
export function trialsOf(axes: Axes, random: number | undefined, seed: number): TrialValues[] {
  const entries = Object.entries(axes)
  if (random === undefined) {
    const range = entries.find(([, values]) => !('length' in values))
    if (range)
      throw new InklingError(`${range[0]} is a range: a grid needs values`, {
        exitCode: 2,
        hint: 'Draw with --random 20.',
      })
    const all = entries.reduce<Record<string, OptionValue>[]>(
      (grid, [name, values]) => grid.flatMap(t => (values as readonly OptionValue[]).map(v => ({ ...t, [name]: v }))),
      [{}],
    )
    if (all.length <= MOST_TRIALS) return all
    throw new InklingError(`this grid has ${all.length} trials, at most ${MOST_TRIALS} are taken`, {
      exitCode: 2,
      hint: 'Draw some of them: --random 50',
    })
  }
  const drawn = new Map<string, TrialValues>()
  const source = createRandom(seed).fork('sweep')
  // A small space may hold fewer trials than were asked for.
  for (let tries = 0; drawn.size < random && tries < 100 * random; tries++) {
    const trial = Object.fromEntries(entries.map(([name, values]) => [name, drawOne(name, values, source)]))
    drawn.set(JSON.stringify(trial), trial)
  }
  return [...drawn.values()]
}

function drawOne(name: string, values: AxisValues, random: ReturnType<typeof createRandom>): OptionValue {
  if ('length' in values) return values[random.int(values.length)]
  const { from, to } = values
  const whole = Number.isInteger(from) && Number.isInteger(to)
  const logarithmic = from > 0 && (recipeAxes[name]?.logarithmic || whole)
  const value = logarithmic ? from * (to / from) ** random.next() : random.uniform(from, to)
  return whole ? Math.round(value) : Number(value.toPrecision(3))
}

/**
 * The settings of a trial. @throws InklingError (exit code 2) when an axis is neither of the recipe nor an option of the
 * model, or a value makes no sense
 */
export function settingsOf(values: TrialValues, entry: ZooEntry, recipeName = 'house'): Changes {
  let recipe = findRecipe(entry, recipeName)
  const merged: Changes & { changes: NonNullable<NewRun['changes']>; set: Record<string, OptionValue> } = {
    recipe: recipeName,
    changes: {},
    set: {},
  }
  // The optimizer first: its decay, then its rate, are set on it.
  const order = Object.entries(values).sort(([a], [b]) => Number(b === 'optimizer') - Number(a === 'optimizer'))
  for (const [name, value] of order) {
    const axis = Object.hasOwn(recipeAxes, name) ? recipeAxes[name] : undefined
    if (!axis) {
      if (!Object.hasOwn(entry.options, name)) throw unknownAxis(name, entry)
      merged.set[name] = value
      continue
    }
    const { changes, ...rest } = axis.apply(value, recipe)
    Object.assign(merged, rest)
    Object.assign(merged.changes, changes)
    if (changes?.optimizer) recipe = { ...recipe, optimizer: changes.optimizer }
  }
  resolveOptions(entry.id, entry.options, merged.set)
  return merged
}

function unknownAxis(name: string, { id, options }: ZooEntry): InklingError {
  const names = [...Object.keys(recipeAxes), ...Object.keys(options)]
  const near = nearest(name, names)
  return new InklingError(`"${name}" is no axis of a sweep over ${id}${near ? `; did you mean "${near}"?` : ''}`, {
    exitCode: 2,
    hint: `There are ${names.join(', ')}.`,
  })
}

import type { Shape } from '../engine/graph.ts'
import type { Model } from '../nn/index.ts'
import { type Options, type OptionValue, type OptionValues, resolveOptions } from './options.ts'
import type { Recipe } from './recipe.ts'

/** What a model of the zoo may be built for, where it differs from its source. */
export interface BuildOptions {
  /** Of one example; default the entry's. */
  inputShape?: Shape
  /** Number of classes; default the entry's. */
  classes?: number
  /** Their names, for a model that treats some apart; default: digits and then capital letters where there are 36. */
  classNames?: readonly string[]
  /** Options of the entry by name, as values or as text. */
  set?: Readonly<Record<string, OptionValue>>
}

/** A model of the zoo. */
export interface ZooEntry {
  /** What the command line calls it. */
  readonly id: string
  /** One line for people. */
  readonly title: string
  /** The paper or person it is from, and what was chosen here. */
  readonly source: string
  readonly inputShape: Shape
  /** 0 for a model that gives no classes but a picture. */
  readonly classes: number
  /** Of the model as its source has it; a test holds them. */
  readonly parameters: { readonly total: number; readonly trainable: number }
  /** What may be built otherwise, by name. */
  readonly options: Options
  build(options?: BuildOptions): Model
  /** Always has `house`. */
  readonly recipes: Readonly<Record<string, Recipe>>
}

/** Makes a model for an input and a number of classes. */
export type Network = (options: Required<Pick<BuildOptions, 'inputShape' | 'classes'>> & { name: string }) => Model

/** The same of an entry with options. */
export type OptionNetwork<O extends Options> = (
  options: Required<Omit<BuildOptions, 'set'>> & { name: string; set: OptionValues<O> },
) => Model

/** What {@link zooEntry} takes: an entry with the function that makes its network. */
type Described<O extends Options> = Omit<ZooEntry, 'build' | 'options'> & { options?: O; network: OptionNetwork<O> }

/** An entry from a function that makes its network: fills in the defaults. */
export function zooEntry<const O extends Options = Readonly<Record<string, never>>>({
  network,
  options = {} as O,
  ...entry
}: Described<O>): ZooEntry {
  return {
    ...entry,
    options,
    build({ inputShape = entry.inputShape, classes = entry.classes, classNames = namesOf(classes), set } = {}) {
      const { values, changed } = resolveOptions(entry.id, options, set)
      const model = network({ inputShape, classes, classNames, name: entry.id, set: values })
      model.built = { id: entry.id, inputShape, classes, classNames, set: changed }
      return model
    },
  }
}

/** 0-9 and A-Z for 36 classes, else numbers. */
function namesOf(classes: number): string[] {
  return Array.from({ length: classes }, (_, i) => (classes === 36 ? i.toString(36).toUpperCase() : String(i)))
}

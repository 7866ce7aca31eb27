import type { Shape } from '../engine/graph.ts'
import type { Model } from '../nn/index.ts'
import type { Recipe } from './recipe.ts'

/** What a model of the zoo may be built for, where it differs from its source. */
export interface BuildOptions {
  /** Of one example; default the entry's. */
  inputShape?: Shape
  /** Number of classes; default the entry's. */
  classes?: number
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
  build(options?: BuildOptions): Model
  /** Always has `house`. */
  readonly recipes: Readonly<Record<string, Recipe>>
}

/** Makes a model for an input and a number of classes. */
export type Network = (options: Required<BuildOptions> & { name: string }) => Model

/** An entry from a function that makes its network: fills in the defaults. */
export function zooEntry({ network, ...entry }: Omit<ZooEntry, 'build'> & { network: Network }): ZooEntry {
  return {
    ...entry,
    build: ({ inputShape = entry.inputShape, classes = entry.classes } = {}) =>
      network({ inputShape, classes, name: entry.id }),
  }
}

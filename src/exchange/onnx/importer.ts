import { InklingError } from '../../errors.ts'
import { Attributes, type FileNode } from './file.ts'
import type { ImportScope, Value } from './scope.ts'
import type { Values } from './tensors.ts'

/** Builds what an operator of the file does; gives its outputs (undefined: one that is not supported). */
export type Importer = (node: NodeCall) => Value | readonly (Value | undefined)[]
export type Importers = Readonly<Record<string, Importer>>

/** An operator of the file with its inputs at hand. */
export class NodeCall {
  readonly op: string
  readonly label: string
  readonly attributes: Attributes
  readonly scope: ImportScope
  readonly inputs: readonly (Value | undefined)[]
  /** How many outputs are read or named. */
  readonly outputCount: number

  constructor(node: FileNode, inputs: readonly (Value | undefined)[], scope: ImportScope) {
    this.op = node.op
    this.label = node.label
    this.attributes = new Attributes(node)
    this.inputs = inputs
    this.scope = scope
    this.outputCount = node.outputs.length
  }

  /** Input `i`, which must be there. */
  input(i: number): Value {
    const value = this.inputs[i]
    if (!value) throw this.refuse(`input ${i + 1} is missing`)
    return value
  }

  /** All inputs of an operator that takes any number. */
  all(): Value[] {
    if (this.inputs.length === 0) throw this.refuse('it has no input')
    return this.inputs.map((_, i) => this.input(i))
  }

  /** Values of an input that must be known beforehand; undefined where it is left out. */
  known(i: number, what: string): Values | undefined {
    const value = this.inputs[i]
    if (!value) return undefined
    const known = this.scope.known(value)
    if (!known) throw this.refuse(`its ${what} depend on the data, which is not supported`)
    return known
  }

  /** Whole numbers from an attribute of older opsets or input `i` of newer ones. */
  ints(i: number, name: string): number[] | undefined {
    const listed = this.attributes.ints(name)
    const list = listed ?? this.known(i, name)?.values
    return list && Array.from(list)
  }

  /** One number of an input that is known beforehand. */
  number(i: number, what: string): number | undefined {
    const known = this.known(i, what)
    if (known && known.values.length !== 1) throw this.refuse(`its ${what} should be one number`)
    return known?.values[0]
  }

  /** A positive axis below `rank`. */
  axis(axis: number, rank: number): number {
    const at = axis < 0 ? axis + rank : axis
    if (!Number.isInteger(at) || at < 0 || at >= rank)
      throw this.refuse(`axis ${axis} is none of a value of ${rank} dimensions`)
    return at
  }

  /** Refuses an attribute unless it has the one value that is supported. */
  only(name: string, supported: number | string): void {
    const found =
      typeof supported === 'number' ? this.attributes.int(name, supported) : this.attributes.text(name, supported)
    if (found !== supported) throw this.refuse(`${name}=${found} is not supported`)
  }

  refuse(problem: string): InklingError {
    return new InklingError(`${this.label}: ${problem}`)
  }
}

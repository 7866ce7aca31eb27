import { InklingError, nearest } from '../errors.ts'

/** What an option of a model may be. */
export type OptionValue = string | number | boolean

/** One thing about a model that may be built otherwise. */
export interface Option<V extends OptionValue = OptionValue> {
  readonly default: V
  /** One line for people. */
  readonly what: string
  /** 'a whole number from 1 to 4096'. */
  readonly expects: string
  /** The value, also from text; undefined where it is none. */
  readonly parse: (value: OptionValue) => V | undefined
}

/** The options of an entry, and the values that its network is built with. */
export type Options = Readonly<Record<string, Option>>
export type OptionValues<O extends Options> = { readonly [K in keyof O]: O[K]['default'] }

/** A whole number: a width, a number of layers. */
export function whole(value: number, what: string, [least, most] = [1, 4096]): Option<number> {
  return {
    ...{ default: value, what, expects: `a whole number from ${least} to ${most}` },
    parse(given) {
      const number = typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given)
      return Number.isInteger(number) && number >= least && number <= most ? number : undefined
    },
  }
}

/** A share, 0 or more and below 1: a dropout rate. */
export function share(value: number, what: string): Option<number> {
  return {
    ...{ default: value, what, expects: 'a number from 0 to below 1' },
    parse(given) {
      const number = typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given)
      return number >= 0 && number < 1 ? number : undefined
    },
  }
}

/** One of a few words. */
export function choice<const W extends string>(value: W, what: string, words: readonly W[]): Option<W> {
  return {
    ...{ default: value, what, expects: `one of ${words.join(', ')}` },
    parse: given => words.find(word => word === given),
  }
}

/** Text that the network reads itself. */
export function text(value: string, what: string, expects: string): Option<string> {
  return { ...{ default: value, what, expects }, parse: given => String(given) }
}

/**
 * The values to build with, and those that differ from the defaults: what a record has to keep.
 * @throws InklingError (exit code 2) that names the model, the option and what it takes
 */
export function resolveOptions<O extends Options>(
  model: string,
  options: O,
  given: Readonly<Record<string, OptionValue>> = {},
): { values: OptionValues<O>; changed: Record<string, OptionValue> } {
  const values: Record<string, OptionValue> = {}
  for (const [name, option] of Object.entries(options)) values[name] = option.default
  const changed: Record<string, OptionValue> = {}
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (!option) throw unknownOption(model, options, name)
    const parsed = option.parse(value)
    if (parsed === undefined)
      throw new InklingError(`${name} of ${model} must be ${option.expects}, got ${value}`, { exitCode: 2 })
    values[name] = parsed
    if (parsed !== option.default) changed[name] = parsed
  }
  return { values: values as OptionValues<O>, changed }
}

function unknownOption(model: string, options: Options, name: string): InklingError {
  const names = Object.keys(options)
  const near = nearest(name, names)
  return new InklingError(`${model} has no option "${name}"${near ? `; did you mean "${near}"?` : ''}`, {
    exitCode: 2,
    hint: names.length > 0 ? `It has ${names.join(', ')}.` : 'It is built in one way only.',
  })
}

import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'

/** Options that many commands take; each command names those it uses. */
export interface SharedOptions {
  json?: boolean
  debug?: boolean
  seed?: number
  dataDir?: string
  threads?: number
}

const shared = {
  json: () => new Option('--json', 'print one JSON object on stdout; progress goes to stderr'),
  seed: () => new Option('--seed <n>', 'start of all random numbers').argParser(wholeNumber(0, 2 ** 32 - 1)),
  dataDir: () => new Option('--data-dir <folder>', 'where data lies (else $INKLING_DATA, then the cache)'),
  threads: () =>
    new Option('--threads <n>', `threads that compute (default: ${availableParallelism()})`).argParser(
      wholeNumber(1, 64),
    ),
}

/** Adds shared options to a command, after its own; every command has `--debug`. */
export function addShared(command: Command, ...names: (keyof typeof shared)[]): Command {
  for (const name of names) command.addOption(shared[name]())
  if (names.includes('dataDir')) command.hook('preAction', warnOfNoFolder)
  return command.addOption(new Option('--debug', 'show where an error happened'))
}

/** A wrong INKLING_DATA would look as if nothing had ever been fetched. */
function warnOfNoFolder(): void {
  const { INKLING_DATA: named } = process.env
  if (!named || statSync(named, { throwIfNoEntry: false })?.isDirectory()) return
  process.stderr.write(`warning: INKLING_DATA names ${named}, which is no folder\n`)
}

/** Adds `--context`, which leaves some of the classes. */
export function addContext(command: Command): Command {
  return command.option('--context <which>', 'what may stand there: letters, digits, free, or classes such as 0,O,Q')
}

/** Gathers `--set name=value`, for commander; what the values mean the model knows. */
export function setting(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be a name and a value, such as width=64.')
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() }
}

/** Reads `conv=0.1,dense_1=0` into numbers of at least 0. */
export function factors(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map(item => {
      const [name, value, ...more] = item.split('=').map(part => part.trim())
      const factor = value ? Number(value) : Number.NaN
      if (!name || more.length > 0 || !(factor >= 0 && factor < Number.POSITIVE_INFINITY))
        throw new InvalidArgumentError('Expected names and factors of at least 0, such as conv=0.1,dense_1=0.')
      return [name, factor]
    }),
  )
}

/** A parser of whole numbers in a range, for commander. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return text => {
    const value = /^[-+]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`It must be a whole number ${range(least, most)}.`)
    return value
  }
}

/** A parser of numbers in a range, for commander; `above` leaves the least value itself out. */
export function realNumber(least: number, most = Number.MAX_VALUE, above = false): (text: string) => number {
  return text => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!(value >= least && value <= most) || (above && value === least)) {
      throw new InvalidArgumentError(
        `It must be a number ${above ? `above ${least}${limit(most)}` : range(least, most)}.`,
      )
    }
    return value
  }
}

function range(least: number, most: number): string {
  return limit(most) === '' ? `of at least ${least}` : `from ${least} to ${most}`
}

function limit(most: number): string {
  return most === Number.MAX_SAFE_INTEGER || most === Number.MAX_VALUE ? '' : ` and at most ${most}`
}

/** 'allowOverlap' -> '--allow-overlap'. */
export function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

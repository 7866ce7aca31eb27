import type { Command } from 'commander'
import type { LoadOptions } from '../data/loaded.ts'
import { InklingError, nearest } from '../errors.ts'
import { setting } from './options.ts'

/** What a value may be, and what it is for the loading. */
interface Choice {
  known: string
  /** For the help, where it is not `known`. */
  short?: string
  read(text: string): unknown
}

const oneOf = (...values: string[]): Choice => ({
  known: values.join(', '),
  read: text => (values.includes(text) ? text : undefined),
})
const wholeFrom = (least: number): Choice => ({
  known: `a whole number from ${least}`,
  short: '<n>',
  read: text => (/^\d+$/.test(text) && Number.isSafeInteger(+text) && +text >= least ? +text : undefined),
})
const number = wholeFrom(1)
const seed = wholeFrom(0)
const yesOrNo: Choice = { known: 'yes, no', read: text => ({ yes: true, no: false })[text] }

/** How sets that can be made in several ways are made: see `GlyphOptions` and `MitdbOptions`. */
const CHOICES: Readonly<Record<'glyphs' | 'mitdb', Readonly<Record<string, Choice>>>> = {
  glyphs: { framing: oneOf('honest', 'paper'), cap: number, letters: oneOf('kaggle', 'sd19'), seed },
  mitdb: {
    ...{ unit: oneOf('beat', 'segment'), labels: oneOf('aami', 'abnormal', 'not-n'), length: number, seed },
    ...{ split: oneOf('inter-patient', 'random'), leads: oneOf('MLII', 'both'), paced: yesOrNo },
  },
}

/** Whose options a set takes. */
const TAKES: Readonly<Record<string, keyof typeof CHOICES>> = {
  glyphs: 'glyphs',
  mitdb: 'mitdb',
  'made-heartbeats': 'mitdb',
}

/** What `--with` may say, for the help. */
function optionsText(): string {
  const lines = Object.entries(CHOICES).map(([set, choices]) => {
    const sets = Object.keys(TAKES).filter(name => TAKES[name] === set)
    const known = Object.entries(choices).map(
      ([name, { known, short }]) => `  ${name}=${short ?? known.replaceAll(', ', '|')}`,
    )
    return [`${sets.join(' and ')}:`, ...known].join('\n')
  })
  return `Options of the data (--with):\n${lines.join('\n')}`
}

/** Adds `--with name=value`. */
export function addDataOption(command: Command): Command {
  return command
    .option(
      '--with <name=value>',
      'an option of the data (glyphs, mitdb, made-heartbeats: see below); more with more --with',
      setting,
    )
    .addHelpText('after', () => `\n${optionsText()}`)
}

/** The settings of the loading that `--with` asks for. */
export function dataSettings(
  data: string,
  given: Readonly<Record<string, string>> | undefined,
): Pick<LoadOptions, 'glyphs' | 'mitdb'> {
  if (given === undefined) return {}
  const name = data.toLowerCase()
  if (!Object.hasOwn(TAKES, name))
    throw new InklingError(`--with is for glyphs, mitdb and made-heartbeats, ${data} has no options`, { exitCode: 2 })
  const set = TAKES[name]
  const choices = CHOICES[set]
  const settings = Object.entries(given).map(([name, text]) => {
    if (!Object.hasOwn(choices, name)) {
      const near = nearest(name, Object.keys(choices))
      throw new InklingError(`${data} has no option "${name}"${near ? `; did you mean ${near}?` : ''}`, {
        exitCode: 2,
        hint: `It has ${Object.keys(choices).join(', ')}.`,
      })
    }
    const value = choices[name].read(text)
    if (value !== undefined) return [name, value]
    throw new InklingError(`${name} of ${data} cannot be "${text}"`, {
      exitCode: 2,
      hint: `Known: ${choices[name].known}.`,
    })
  })
  return { [set]: Object.fromEntries(settings) }
}

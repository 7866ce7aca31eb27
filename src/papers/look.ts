import { worstConfusions } from '../evaluation/confusion.ts'
import { meanAndDeviation } from '../evaluation/spread.ts'
import type { Experiment, Finished, PaperId, RecipeKind } from './experiment.ts'
import { noiseBetween, type Share } from './noise.ts'
import { numberText, percentText } from './numberText.ts'
import { readFinished } from './store.ts'
import { verdict, type Words } from './verdict.ts'

export interface Where {
  variant?: string
  /** Default: the one that the experiment is measured with. */
  recipe?: RecipeKind
}

/** A measured figure: experiment, metric, trial. */
export type Which = readonly [id: string, metric: string, where?: Where]

/** Test examples of what does not say how many it had. */
const MNIST_TEST = 10_000

/** Measured figures for the texts: what is not measured is said to be so. */
export interface Look {
  /** A share as '98.21 %'. */
  percent(id: string, metric: string, where?: Where): string
  /** The same with its standard deviation over the seeds: '28.14 % ± 25.98 %'. */
  percentAndSpread(id: string, metric: string, where?: Where): string
  /** A number in four digits or so. */
  number(id: string, metric: string, where?: Where): string
  /** The mean over the seeds. */
  value(id: string, metric: string, where?: Where): number | undefined
  /** The most frequent confusions of the first seed: '4 as 9 (4), 7 as 2 (2)'. */
  confusions(id: string, count: number, where?: Where): string
  /** Of these variants the one with the largest figure, then those that {@link compare} calls the same. */
  best(id: string, metric: string, variants: readonly string[]): readonly string[]
  /**
   * The {@link verdict} on two shares of examples: the same, where they are no further apart than {@link noiseBetween} them.
   * @param of what they are shares of, where it is not the whole test part
   */
  compare(a: Which, b: Which, words: Words, of?: number): string
  /** All trials of an experiment that are finished. */
  finished(id: string): readonly Finished[]
}

/** What a paper did, what came of it here, where and why that differs. */
export interface PaperText {
  id: PaperId
  title: string
  /** Markdown. */
  text(look: Look): string
}

/** Behind the best: what cannot be told from it, if anything. */
export const level = (others: readonly string[]): string =>
  others.length === 0 ? '' : `, not to be told from ${others.join(' and ')}`

/** Stands where a figure will be. */
export const NOT_YET = '(not measured yet)'

/** Reads what is finished of all experiments. */
export async function lookAt(results: string, experiments: readonly Experiment[], quick = false): Promise<Look> {
  const all = new Map<string, Finished[]>()
  for (const { id } of experiments)
    all.set(
      id,
      (await readFinished(results, id)).filter(f => f.quick === quick),
    )
  const finished = (id: string) => all.get(id) ?? []
  const found = (id: string, { variant, recipe }: Where = {}) =>
    finished(id).filter(
      f =>
        (variant === undefined || f.variant === variant) &&
        f.recipe === (recipe ?? usualRecipe(experiments, id, f.variant)),
    )
  const shareOf = ([id, metric, where]: Which, of?: number): Share => {
    const measured = found(id, where).filter(f => metric in f.metrics)
    return {
      runs: measured.map(f => ({ seed: f.seed, value: f.metrics[metric], testPart: f.data?.sha256.test })),
      examples: of ?? measured[0]?.data?.counts.test ?? MNIST_TEST,
    }
  }
  const valuesOf = (...which: Which) => shareOf(which).runs.map(run => run.value)
  const value: Look['value'] = (...which) => {
    const values = valuesOf(...which)
    return values.length === 0 ? undefined : meanAndDeviation(values).mean
  }
  const noise = (a: Which, b: Which, of?: number) => noiseBetween(shareOf(a, of), shareOf(b, of))
  const confusions: Look['confusions'] = (id, most, where) => {
    const one = found(id, where).find(f => f.seed === 0)
    const { confusion, classes } = (one?.details ?? {}) as { confusion?: number[][]; classes?: string[] }
    if (!confusion || !classes) return NOT_YET
    const worst = worstConfusions(confusion, classes, most)
    return worst.map(w => `${w.label} as ${w.predictedLabel} (${w.count})`).join(', ') || 'none'
  }
  const best: Look['best'] = (id, metric, variants) => {
    const measured = variants
      .flatMap(variant => {
        const own = value(id, metric, { variant })
        return own === undefined ? [] : [{ own, which: [id, metric, { variant }] as const }]
      })
      .sort((a, b) => b.own - a.own)
    const [first] = measured
    return measured
      .filter(({ own, which }) => first.own - own <= noise(first.which, which))
      .map(({ which }) => which[2].variant)
  }
  const shown = (v: number | undefined, text: (v: number) => string) => (v === undefined ? NOT_YET : text(v))
  return {
    value,
    finished,
    confusions,
    best,
    compare(a, b, words, of) {
      const [first, second] = [value(...a), value(...b)]
      if (first === undefined || second === undefined) return ''
      return verdict(first, second, words, noise(a, b, of))
    },
    percent: (...which) => shown(value(...which), percentText),
    percentAndSpread: (...which) => {
      const { std } = meanAndDeviation(valuesOf(...which))
      return shown(value(...which), percentText) + (std === null ? '' : ` ± ${percentText(std)}`)
    },
    number: (...which) => shown(value(...which), numberText),
  }
}

/** The first of the recipes that the experiment is measured with that the trial has. */
function usualRecipe(experiments: readonly Experiment[], id: string, variant: string): RecipeKind | undefined {
  const experiment = experiments.find(e => e.id === id)
  const trial = experiment?.trials.find(t => t.variant === variant)
  return (experiment?.recipes ?? ['paper']).find(recipe => trial?.recipes?.includes(recipe) ?? true)
}

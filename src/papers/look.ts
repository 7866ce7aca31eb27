import { worstConfusions } from '../evaluation/confusion.ts'
import type { Experiment, Finished, RecipeKind } from './experiment.ts'
import { readFinished } from './store.ts'
import { verdict, type Words } from './verdict.ts'

export interface Where {
  variant?: string
  recipe?: RecipeKind
}

/** Measured figures for the texts: what is not measured is said to be so. */
export interface Look {
  /** A share as '98.21 %'. */
  percent(id: string, metric: string, where?: Where): string
  /** A number in four digits or so. */
  number(id: string, metric: string, where?: Where): string
  /** The mean over the seeds. */
  value(id: string, metric: string, where?: Where): number | undefined
  /** The most frequent confusions of the first seed: '4 as 9 (4), 7 as 2 (2)'. */
  confusions(id: string, count: number, where?: Where): string
  /** Of these variants the one with the largest figure. */
  best(id: string, metric: string, variants: readonly string[]): { variant: string; value: number } | undefined
  /** The {@link verdict} on the figures of two variants. */
  compare(id: string, metric: string, a: string, b: string, words: Words, same?: number): string
  /** All trials of an experiment that are finished. */
  finished(id: string): readonly Finished[]
}

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
      f => (variant === undefined || f.variant === variant) && (recipe === undefined || f.recipe === recipe),
    )
  const value: Look['value'] = (id, metric, where) => {
    const values = found(id, where).flatMap(f => (metric in f.metrics ? [f.metrics[metric]] : []))
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length
  }
  const confusions: Look['confusions'] = (id, most, where) => {
    const one = found(id, where).find(f => f.seed === 0)
    const { confusion, classes } = (one?.details ?? {}) as { confusion?: number[][]; classes?: string[] }
    if (!confusion || !classes) return NOT_YET
    const worst = worstConfusions(confusion, classes, most)
    return worst.map(w => `${w.label} as ${w.predictedLabel} (${w.count})`).join(', ') || 'none'
  }
  const best: Look['best'] = (id, metric, variants) =>
    variants
      .flatMap(variant => {
        const own = value(id, metric, { variant })
        return own === undefined ? [] : [{ variant, value: own }]
      })
      .sort((a, b) => b.value - a.value)[0]
  const shown = (v: number | undefined, text: (v: number) => string) => (v === undefined ? NOT_YET : text(v))
  return {
    value,
    finished,
    confusions,
    best,
    compare: (id, metric, a, b, words, same) =>
      verdict(value(id, metric, { variant: a }), value(id, metric, { variant: b }), words, same),
    percent: (...which) => shown(value(...which), v => `${(100 * v).toFixed(2)} %`),
    number: (...which) => shown(value(...which), v => String(Number(v.toPrecision(4)))),
  }
}

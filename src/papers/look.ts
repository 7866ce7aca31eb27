import type { Experiment, Finished, RecipeKind } from './experiment.ts'
import { readFinished } from './store.ts'

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
  /** All trials of an experiment that are finished. */
  finished(id: string): readonly Finished[]
}

const NOT_YET = '(not measured yet)'

/** Reads what is finished of all experiments. */
export async function lookAt(results: string, experiments: readonly Experiment[], quick = false): Promise<Look> {
  const all = new Map<string, Finished[]>()
  for (const { id } of experiments)
    all.set(
      id,
      (await readFinished(results, id)).filter(f => f.quick === quick),
    )
  const finished = (id: string) => all.get(id) ?? []
  const value: Look['value'] = (id, metric, { variant, recipe } = {}) => {
    const values = finished(id)
      .filter(f => (variant === undefined || f.variant === variant) && (recipe === undefined || f.recipe === recipe))
      .flatMap(f => (metric in f.metrics ? [f.metrics[metric]] : []))
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length
  }
  const shown = (v: number | undefined, text: (v: number) => string) => (v === undefined ? NOT_YET : text(v))
  return {
    value,
    finished,
    percent: (...which) => shown(value(...which), v => `${(100 * v).toFixed(2)} %`),
    number: (...which) => shown(value(...which), v => String(Number(v.toPrecision(4)))),
  }
}

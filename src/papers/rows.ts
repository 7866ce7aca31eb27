import { meanAndDeviation } from '../evaluation/spread.ts'
import type { Experiment, Finished, Published, RecipeKind } from './experiment.ts'

/** Published against measured: a line of a table. */
export interface Row {
  id: string
  variant: string
  metric: string
  unit: 'share' | 'number'
  published: number | null
  /** `published` is what Inkling sets itself: no paper prints it. */
  aim: boolean
  /** Mean over the seeds; null where nothing is finished. */
  measured: number | null
  difference: number | null
  /** Whether the mean reaches the published figure, with those that go {@link Published.together}; null where there is none. */
  met: boolean | null
  epochs: number | null
  /** Of the quickest seed: others may have been held up by other work on the machine. */
  seconds: number | null
  /** The first seed. */
  seed: number | null
  /** Those that have the figure. */
  seeds: number
  /** Standard deviation over the seeds; null for one. */
  spread: number | null
  recipe: RecipeKind
  note?: string
}

/** The rows of an experiment, with what is finished of it. */
export function rowsOf(experiment: Experiment, finished: readonly Finished[]): Row[] {
  const recipes = experiment.recipes ?? ['paper']
  const measured = new Set([...recipes, ...finished.map(f => f.recipe)])
  return experiment.trials.flatMap(({ variant, recipes: has }) =>
    [...measured]
      .filter(recipe => has?.includes(recipe) ?? true)
      .flatMap(recipe => {
        const own = finished.filter(f => f.variant === variant && f.recipe === recipe)
        if (own.length === 0 && !recipes.includes(recipe)) return []
        const about = experiment.published.filter(p => p.variants?.includes(variant) ?? true)
        const rows = about.flatMap(p => rowOf(experiment.id, variant, recipe, p, own) ?? [])
        return metTogether(rows, about)
      }),
  )
}

/** Of the rows of one trial and recipe: what goes together is met as a whole. */
function metTogether(rows: readonly Row[], published: readonly Published[]): Row[] {
  const group = new Map(published.map(p => [p.metric, p.together]))
  const missed = new Set(rows.filter(r => r.met === false).map(r => group.get(r.metric)))
  missed.delete(undefined)
  return rows.map(row => (row.met && missed.has(group.get(row.metric)) ? { ...row, met: false } : row))
}

function rowOf(
  id: string,
  variant: string,
  recipe: RecipeKind,
  { metric, value, better = 'higher', unit = 'share', aim = false, note }: Published,
  own: readonly Finished[],
): Row | undefined {
  const values = own.flatMap(f => (metric in f.metrics ? [f.metrics[metric]] : []))
  if (own.length > 0 && values.length === 0) return undefined // this trial has no such figure
  const { mean, std } = meanAndDeviation(values)
  const measured = values.length > 0 ? mean : null
  const published = value ?? null
  const difference = measured === null || published === null ? null : measured - published
  const reached = difference === null ? null : better === 'lower' ? difference <= 0 : difference >= 0
  return {
    ...{ id, variant, metric, unit, published, aim, measured, difference },
    met: better === 'none' ? null : reached,
    epochs: own[0]?.epochs ?? null,
    seconds: own.length > 0 ? Math.min(...own.map(f => f.seconds)) : null,
    seed: own[0]?.seed ?? null,
    seeds: values.length,
    spread: std,
    recipe,
    note,
  }
}

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
  /** Whether the mean reaches the published figure; null where there is none to reach. */
  met: boolean | null
  epochs: number | null
  /** Of one seed, on average. */
  seconds: number | null
  /** The first seed. */
  seed: number | null
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
        return experiment.published
          .filter(p => p.variants?.includes(variant) ?? true)
          .flatMap(p => rowOf(experiment.id, variant, recipe, p, own) ?? [])
      }),
  )
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
    seconds: own.length > 0 ? meanAndDeviation(own.map(f => f.seconds)).mean : null,
    seed: own[0]?.seed ?? null,
    seeds: own.length,
    spread: std,
    recipe,
    note,
  }
}

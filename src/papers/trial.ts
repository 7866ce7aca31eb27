import type { Dataset } from '../data/dataset.ts'
import type { LoadedDataset } from '../data/loaded.ts'
import type { Recipe } from '../zoo/index.ts'
import type { Measured, RecipeKind, Trial, TrialContext } from './experiment.ts'
import { measuredOf, type Trained, type TrainingPlan, train } from './training.ts'

/** A trial that trains one model and judges it on the test part. */
export interface TrainingTrial
  extends Pick<Trial, 'title' | 'keeps'>,
    Pick<TrainingPlan, 'model' | 'keep' | 'classWeights'> {
  variant?: string
  data(context: TrialContext): Promise<LoadedDataset>
  recipes: Partial<Record<RecipeKind, Recipe>>
  /** How values enter, where that depends on the training part; in place of the recipe's. */
  scaling?(train: Dataset): Recipe['input']
  /** What is measured beside the usual scores, or in their place. */
  measure?(trained: Trained, context: TrialContext): Promise<Partial<Measured>> | Partial<Measured>
  /** Figures beside the usual ones. */
  draw?(trained: Trained, context: TrialContext): Promise<void>
}

/** A trial for the runner. */
export function trainingTrial({
  variant = '',
  title,
  scaling,
  recipes,
  measure,
  draw,
  keeps,
  ...plan
}: TrainingTrial): Trial {
  return {
    variant,
    title,
    keeps,
    recipes: (['paper', 'inkling'] as const).filter(kind => recipes[kind]),
    settings: kind => ({
      ...recipes[kind],
      ...(scaling && { input: undefined }),
      classWeights: plan.classWeights || undefined,
    }),
    async run(context) {
      const data = await plan.data(context)
      const found = recipes[context.recipe] as Recipe
      const recipe = scaling ? { ...found, input: scaling(data.train) } : found
      const trained = await train(context, { ...plan, recipe, data })
      const usual = measuredOf(trained)
      const more = (await measure?.(trained, context)) ?? {}
      if (context.figure) await draw?.(trained, context)
      return withMore(usual, more)
    },
  }
}

/** The usual record, with what was measured beside it or in its place. */
export function withMore(usual: Measured, more: Partial<Measured>): Measured {
  return {
    ...usual,
    ...more,
    metrics: { ...usual.metrics, ...more.metrics },
    details: { ...usual.details, ...more.details },
    notes: [...(usual.notes ?? []), ...(more.notes ?? [])],
  }
}

/** A data set of the registry, the same for every seed. */
export const dataset = (name: string) => (context: TrialContext) => context.load(name)

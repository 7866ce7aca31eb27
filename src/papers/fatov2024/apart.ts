import type { Dataset } from '../../data/dataset.ts'
import type { LoadedDataset } from '../../data/loaded.ts'
import { joinCascade } from '../../training/joinCascade.ts'
import { evaluateDataset } from '../../training/predictDataset.ts'
import { TrainableModel } from '../../training/trainable.ts'
import { findModel } from '../../zoo/index.ts'
import type { Measured, Trial, TrialContext } from '../experiment.ts'
import { measuredOf, type Trained, train } from '../training.ts'
import { withMore } from '../trial.ts'
import { severalViews } from '../views.ts'
import { classesAlone } from './data.ts'
import { moved } from './networks.ts'
import { OVALS } from './ovals.ts'

/** Views of a test picture beside the picture itself. */
export const VIEWS = 8

const reader = (classes: number) => findModel('reader').build({ classes })

const mainRecipe = moved(14, 6e-3, {
  optimizer: { kind: 'adamw', rate: 6e-3, weightDecay: 0.02, averaging: 0.999 },
})

/** A mirrored O is an O, a mirrored 1 is none, but not much less of a 1 than of an I. */
const pairRecipe = moved(50, 6e-3, {
  source: 'Inkling: one cycle of the rate on mirrored pictures moved by a pixel, of the two classes alone',
  batch: 64,
  augment: { flip: 0.5, crop: 1 },
})

/** What the main network confuses most: 23 and 10 % of what it misreads (honest framing). */
const PAIRS = [OVALS, ['1', 'I']]

/**
 * A cascade of stronger networks, each trained by itself. In a cascade that is trained as one, a specialist sees seven of its
 * examples in a batch and learns little in the few epochs that the main network needs; by itself it learns for as long as
 * it needs, in batches of its own.
 */
export function apartTrial(
  variant: string,
  data: (context: TrialContext) => Promise<LoadedDataset>,
  measure: (trained: Trained, context: TrialContext) => Promise<Partial<Measured>>,
): Trial {
  return {
    variant,
    recipes: ['inkling'],
    settings: () => ({ main: mainRecipe, specialists: pairRecipe, pairs: PAIRS }),
    async run(context) {
      const loaded = await data(context)
      const model = reader(loaded.train.classes.length)
      context.note(`first the main network, then specialists for ${PAIRS.map(pair => pair.join(' and ')).join(', ')}`)
      const main = await train(context, { part: 'main', model, recipe: mainRecipe, data: loaded })
      const specialists: Trained[] = []
      for (const pair of PAIRS)
        specialists.push(
          await train(context, {
            part: pair.join(''),
            model: reader(pair.length),
            recipe: pairRecipe,
            data: classesAlone(loaded, pair),
          }),
        )
      const trained = await joined(context, main, specialists)
      // Of the main network alone: the cascade was not judged on what its parts learned from.
      const usual = measuredOf(trained)
      const { trainAccuracy: _, examplesPerSecond: __, ...metrics } = usual.metrics
      const settings = { main: main.recipe, specialists: specialists[0].recipe, pairs: PAIRS }
      const more = await measure(trained, context)
      const views = await severalViews(trained, context, { variants: VIEWS, augment: { crop: 1 } })
      return withMore({ ...usual, settings, metrics: { ...metrics, ...views } }, more)
    },
  }
}

/** The cascade in place of its main network: its test scores, the time and size of all parts; the course is the main network's. */
async function joined(context: TrialContext, main: Trained, specialists: readonly Trained[]): Promise<Trained> {
  const { backend } = context
  const [whole, ...parts] = [main, ...specialists].map(
    ({ model: { model, weights, scaling }, parts: { train } }) =>
      new TrainableModel(model, { classes: train.classes, scaling, weights: new Map(weights) }),
  )
  const validation = main.parts.validation as Dataset
  const { model, weights, scaling } = await joinCascade(whole, parts, {
    validation,
    backend,
    name: 'glyph-cascade-apart',
  })
  const cascade = { model, weights, scaling }
  const test = main.parts.test as Dataset
  const sum = (of: (trained: Trained) => number) => [main, ...specialists].reduce((all, part) => all + of(part), 0)
  return {
    ...main,
    model: cascade,
    result: { ...main.result, seconds: sum(t => t.result.seconds), parameters: sum(t => t.result.parameters) },
    evaluation: { ...main.evaluation, ...(await evaluateDataset(backend, cascade, test)).evaluation },
  }
}

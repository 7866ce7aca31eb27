import { type Dataset, labelsOf } from '../../data/dataset.ts'
import type { CascadeStage } from '../../evaluation/cascade.ts'
import { contextClasses, restrictClasses } from '../../evaluation/context.ts'
import { CascadeModel } from '../../nn/index.ts'
import { cascadeStages } from '../../training/cascade.ts'
import type { Experiment, TrialContext } from '../experiment.ts'
import { predict, type Trained, zooRecipe } from '../training.ts'
import { trainingTrial } from '../trial.ts'
import { apartTrial, VIEWS } from './apart.ts'
import { AS_MANY, FRAMINGS, framed, glyphs } from './data.ts'
import { moved } from './networks.ts'
import { ovalMetrics } from './ovals.ts'

/** The share of the letters (or digits) read rightly where it is known that they are letters (digits). */
function inContext(trained: Trained, probabilities: Float32Array, context: 'letters' | 'digits'): number {
  const test = trained.parts.test as Dataset
  const kept = contextClasses(context, test.classes)
  const rows = restrictClasses(probabilities, test.classes.length, kept)
  let [right, all] = [0, 0]
  labelsOf(test).forEach((label, i) => {
    const truth = kept.indexOf(label)
    if (truth < 0) return
    const row = rows.subarray(i * kept.length, (i + 1) * kept.length)
    all++
    if (row.indexOf(Math.max(...row)) === truth) right++
  })
  return right / Math.max(1, all)
}

async function measure(trained: Trained, context: TrialContext) {
  const { model, weights, scaling } = trained.model
  const test = trained.parts.test as Dataset
  if (!(model instanceof CascadeModel)) throw new Error(`${model.name} is no cascade`)
  const stages = (await cascadeStages(context.backend, trained.model, test)) as CascadeStage[]
  const of = (name: CascadeStage['stage']) => stages.find(s => s.stage === name) as CascadeStage
  const { probabilities } = await predict(context, { ...trained, model: { model, weights, scaling } }, test)
  const mixed = (name: CascadeStage['stage']) => of(name).groups.reduce((sum, group) => sum + group.mixedUp, 0)
  return {
    metrics: {
      accuracyMain: of('main').accuracy,
      accuracyTop: of('top').accuracy,
      mixedUpMain: mixed('main'),
      mixedUpTop: mixed('top'),
      mixedUp: mixed('mass'),
      inLetters: inContext(trained, probabilities, 'letters'),
      inDigits: inContext(trained, probabilities, 'digits'),
      ...ovalMetrics(trained.evaluation.confusion, trained.evaluation.classes),
    },
    details: { stages },
  }
}

const RATE = 2.5e-2

/** At a rate that serves the main network best the second one, which few examples teach, learns nothing of use. */
const oneRate = moved(40, 3e-3)

const ratesOfTheirOwn = moved(60, RATE, {
  optimizer: { kind: 'adamw', rate: RATE, weightDecay: 0.01, rates: { specialist_: 0.12 } },
})

export const glyphCascade: Experiment = {
  id: 'glyph-cascade',
  paper: 'fatov-2024',
  title: 'Main CNN and a second one for O and 0, as one model',
  minutes: 200,
  measured:
    'the test tenth of the 36 classes; the specialist is asked by the probability of O and 0 together, from a threshold ' +
    'chosen on the validation part; beside it the paper’s rule (the top answer) and the main network alone',
  recipes: ['paper', 'inkling'],
  trials: FRAMINGS.flatMap(framing =>
    [
      {
        variant: framed(framing),
        data: glyphs(framing),
        recipes: { paper: zooRecipe('glyph-cascade', 'fatov-2024'), inkling: oneRate },
      },
      {
        variant: framed(framing, 'as-many'),
        data: glyphs(framing, AS_MANY),
        recipes: { inkling: ratesOfTheirOwn },
      },
    ]
      .map(trial => trainingTrial({ model: 'glyph-cascade', measure, ...trial }))
      .concat(apartTrial(framed(framing, 'strong'), glyphs(framing, AS_MANY), measure)),
  ),
  published: [
    {
      metric: 'accuracy',
      value: 0.97,
      note: 'as-many: at rates of their own, from about as many pictures as in the paper, 44,661 for 44,640, in place of the same share, 36,434; strong: three nets of the reader’s kind, trained apart: for all classes, for 0 and O, for 1 and I',
    },
    { metric: 'accuracyTop', value: 0.97, note: 'asked by the top answer, as in the paper' },
    {
      metric: 'accuracyViews',
      value: 0.97,
      variants: FRAMINGS.map(framing => framed(framing, 'strong')),
      note: `the mean over the picture and ${VIEWS} views of it, moved by a pixel`,
    },
    { metric: 'accuracyMain', better: 'none', note: 'without the second network' },
    {
      metric: 'mixedUpMain',
      better: 'none',
      unit: 'number',
      note: '0 read as O and O read as 0, examples; strong: and 1 read as I, I read as 1',
    },
    { metric: 'mixedUpTop', better: 'none', unit: 'number' },
    { metric: 'mixedUp', better: 'none', unit: 'number' },
    { metric: 'inLetters', better: 'none', note: 'of the letters, where only letters may stand' },
    { metric: 'inDigits', better: 'none', note: 'of the digits, where only digits may stand' },
  ],
}

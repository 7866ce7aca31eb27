import type { LoadedDataset } from '../data/loaded.ts'
import type { SignalReport } from '../data/signals/report.ts'
import { InklingError } from '../errors.ts'
import { findModel, findRecipe, house, type Recipe, zoo } from '../zoo/index.ts'
import { builds } from './buildModel.ts'

/** A model of the zoo and how to train it. */
export interface ChosenModel {
  model: string
  recipe: Recipe
  /** Whose weights are kept, where the best epoch could not be told from a lucky one. */
  keep?: 'last'
}

/**
 * The model and recipe for data of one's own: for a folder of pictures what a look at them proposed, for other pictures
 * `quick-cnn` with its own recipe; for a table a small MLP; for signals a convolution over time.
 * @throws InklingError (exit code 2) for examples of no such kind
 */
export function chooseModel({ name, train, images, table, signals }: LoadedDataset): ChosenModel {
  const { shape, classes } = train
  if (table) return chooseForTable(train.length)
  if (signals) return chooseForSignals(signals, train.length)
  if (shape.length !== 3)
    throw new InklingError(`${name} has examples of shape [${shape.join(', ')}], for which no model is chosen`, {
      exitCode: 2,
      hint: 'Name one: inkling train MODEL --data PATH. See: inkling models',
    })
  if (!images) return { model: 'quick-cnn', recipe: findRecipe(findModel('quick-cnn'), 'quick') }
  const { candidates, epochs } = images.proposal.model
  const model = candidates.find(id =>
    zoo.some(entry => entry.id === id && builds(entry, { inputShape: shape, classes: classes.length })),
  )
  if (model === undefined)
    throw new InklingError(`no model of the zoo takes pictures of ${shape.join(' x ')}`, {
      exitCode: 2,
      hint: 'Name a model: inkling train MODEL --data PATH.',
    })
  const recipe = house({
    id: 'pictures',
    source: `Inkling, by a look at the pictures: ${images.proposal.reasons.slice(2, 4).join('; ')}`,
    epochs,
    // Few pictures still make some dozens of steps an epoch.
    batch: train.length < 2000 ? 32 : train.length < 8000 ? 64 : 128,
    schedule: { kind: 'cosine' },
    augment: images.proposal.augment,
  })
  return { model, recipe }
}

function chooseForTable(rows: number): ChosenModel {
  const recipe = house({
    id: 'table',
    source: 'Inkling: some hundred thousand rows seen at a falling rate; weight decay, since tables are small',
    epochs: Math.min(100, Math.max(10, Math.round(300_000 / rows))),
    batch: rows < 500 ? 16 : rows < 5000 ? 32 : 128,
    optimizer: { kind: 'adamw', rate: 3e-3, weightDecay: 0.5 },
    schedule: { kind: 'cosine' },
  })
  return { model: 'table-mlp', recipe, keep: rows < 2000 ? 'last' : undefined }
}

function chooseForSignals({ model: { candidates, epochs, why } }: SignalReport, windows: number): ChosenModel {
  const recipe = house({
    id: 'signals',
    source: `Inkling, by a look at the signals: ${why}`,
    epochs,
    batch: windows < 8000 ? 32 : 128,
    optimizer: { kind: 'adamw', rate: 1e-3, weightDecay: 0.01 },
    schedule: { kind: 'cosine' },
  })
  return { model: candidates[0], recipe, keep: windows < 2000 ? 'last' : undefined }
}

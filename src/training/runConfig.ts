import { z } from 'zod'

const numbers = z.array(z.number())

const optimizer = z.looseObject({ kind: z.string(), rate: z.number() })

/** How a run was trained: a recipe as plain data (its inner parts are checked by what makes them again). */
const recipe = z.looseObject({
  id: z.string(),
  source: z.string(),
  epochs: z.int().positive(),
  batch: z.int().positive(),
  accumulate: z.int().positive().optional(),
  optimizer,
  schedule: z.looseObject({ kind: z.string() }),
  loss: z.looseObject({ kind: z.string() }),
  validation: z.number().min(0).max(1),
  split: z.enum(['stratified', 'random']).optional(),
  examples: z.int().positive().optional(),
  augment: z.looseObject({}).optional(),
  plainEpochs: z.int().min(0).optional(),
  cap: z.int().positive().optional(),
  oversample: z.boolean().optional(),
  input: z.object({ scale: numbers.optional(), shift: numbers.optional(), clip: z.boolean().optional() }).optional(),
})

const fold = z.object({ index: z.int().positive(), of: z.int().positive() })

const tableColumn = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('number'),
    name: z.string(),
    mean: z.number(),
    deviation: z.number(),
    missing: z.boolean(),
  }),
  z.object({
    kind: z.literal('category'),
    name: z.string(),
    levels: z.array(z.string()),
    mode: z.string(),
    missing: z.boolean(),
  }),
])

/** How recordings became windows, as options for loading: `window` and `hop` in samples. */
const signalSettings = z.object({
  window: z.string(),
  hop: z.string(),
  rate: z.number().optional(),
  sampledAt: z.number().optional(),
  channels: z.array(z.string()),
  labels: z.string().optional(),
  label: z.string().optional(),
  rest: z.string().optional(),
  group: z.string().optional(),
  testShare: z.number().optional(),
  seed: z.int().optional(),
  /** What a prediction is of: a file as a whole, or each window of a long signal. */
  unit: z.enum(['file', 'window']),
})
export type SignalSettings = z.infer<typeof signalSettings>

const file = z.object({ path: z.string(), sha256: z.string(), canonical: z.boolean().optional() })

/** `config.json` of a run: all that is needed to repeat it. */
export const runConfig = z.object({
  format: z.literal(1),
  /** Name of its folder when it began. */
  id: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  model: z.object({
    /** Of the zoo, where `zoo` is set. */
    id: z.string(),
    zoo: z.boolean(),
    inputShape: numbers,
    classes: z.array(z.string()),
    /** Options that it was built with, where they are not its usual ones. */
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    parameters: z.object({ total: z.int(), trainable: z.int() }),
    /** Of an imported model: what it is described again from. */
    origin: z.record(z.string(), z.string()).optional(),
  }),
  data: z.object({
    name: z.string(),
    /** What --data was: a name, or the absolute path. Absent for data that were given in memory. */
    request: z.string().optional(),
    /** Of the features and labels of each part, whatever file they came from. */
    sha256: z.object({ train: z.string(), test: z.string().optional() }),
    files: z.array(file),
    drawn: z.boolean(),
    /** How many digits were drawn and by which seed, where it was not the default. */
    drawnSettings: z
      .object({ train: z.int().optional(), test: z.int().optional(), seed: z.int().optional() })
      .optional(),
    /** How pictures, heartbeats or glyphs were made into examples: what the loading took, to take again. */
    settings: z
      .object({
        images: z.looseObject({}).optional(),
        mitdb: z.looseObject({}).optional(),
        glyphs: z.looseObject({}).optional(),
        signals: signalSettings.optional(),
        table: z
          .object({
            label: z.string(),
            group: z.string().optional(),
            seed: z.int().optional(),
            testShare: z.number().optional(),
            validation: z.number().optional(),
            fold: fold.optional(),
            columns: z.array(tableColumn).optional(),
          })
          .optional(),
      })
      .optional(),
    /** How the columns of a table became inputs, so that other rows can be made into examples. */
    columns: z.array(tableColumn).optional(),
    source: z.string(),
    counts: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
    overlap: z.looseObject({ shared: z.int(), fraction: z.number(), allowed: z.boolean() }).optional(),
  }),
  /** The seed of all: split, first weights, order, dropout, augmentation. */
  seed: z.int(),
  recipe,
  /** The fold that was held out, in one run of a cross-validation. */
  fold: fold.optional(),
  /** Which epoch's weights are kept. */
  keep: z.enum(['best', 'last']),
  /** The range test that found the recipe's rate. */
  learningRate: z
    .object({
      auto: z.literal(true),
      rate: z.number().positive(),
      from: z.number().positive(),
      to: z.number().positive(),
      steps: z.int().positive(),
      losses: numbers,
    })
    .optional(),
  earlyStopping: z
    .object({
      monitor: z.enum(['loss', 'accuracy', 'validationLoss', 'validationAccuracy']).optional(),
      patience: z.number().optional(),
      minDelta: z.number().optional(),
    })
    .optional(),
  /** Trained without Winograd's convolutions. */
  exact: z.literal(true).optional(),
  /** The weights it went on from. */
  from: z
    .object({
      path: z.string(),
      sha256: z.string(),
      /** Parameters that began anew. */
      fresh: z.array(z.string()),
      /** The runs behind these weights that learned examples of the parts held out here. */
      learned: z
        .array(
          z.object({
            run: z.string(),
            parts: z.array(z.enum(['test', 'validation'])),
            /** The options that give this run its split. */
            like: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  environment: z.object({
    inkling: z.string(),
    node: z.string(),
    platform: z.string(),
    processor: z.string(),
    /** Kernel family and threads: the same bits come from the same family. */
    backend: z.string(),
    threads: z.int(),
  }),
})
export type RunConfig = z.infer<typeof runConfig>

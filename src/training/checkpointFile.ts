import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InklingError } from '../errors.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../nn/safetensors.ts'
import type { CheckpointSink } from './checkpoint.ts'
import { PARTIAL_ENDING, readIfThere, writeFileAtomic } from './files.ts'
import type { TrainingPosition, TrainingState } from './state.ts'

/** The file of a run that holds its latest checkpoint. */
export const CHECKPOINT_FILE = join('checkpoint', 'latest.safetensors')

const FORMAT = 'inkling checkpoint 1'

const whole = z.int().nonnegative()
/** A loss may be NaN or infinite, and the training goes on: see {@link toJson}. */
const figure = z.custom<number>(value => typeof value === 'number')
const epochRecord = z.object({
  epoch: whole,
  loss: figure,
  accuracy: z.number().optional(),
  validationLoss: figure.optional(),
  validationAccuracy: z.number().optional(),
  learningRate: z.number(),
  seconds: z.number(),
  examplesPerSecond: z.number(),
})
const position = z.object({
  step: whole,
  epoch: whole,
  batch: whole,
  lossSum: figure,
  correct: z.number(),
  tally: z.object({
    seconds: z.number(),
    trainingSeconds: z.number(),
    trainingExamples: z.number(),
    epochSeconds: z.number(),
    epochTrainingSeconds: z.number(),
    epochExamples: z.number(),
  }),
  history: z.array(epochRecord),
  best: z.object({ epoch: whole, monitor: z.string(), value: figure }).optional(),
  schedule: z.unknown(),
  callbacks: z.record(z.string(), z.unknown()),
  ended: z.string().optional(),
}) satisfies z.ZodType<TrainingPosition>

/** A checkpoint as the bytes of a safetensors file: values by name, the position as JSON in the metadata. */
export function encodeCheckpoint({ position, values, best }: TrainingState): Uint8Array {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, list] of values) tensors.set(`now/${name}`, { shape: [list.length], values: list })
  for (const [name, list] of best ?? []) tensors.set(`best/${name}`, { shape: [list.length], values: list })
  return writeSafetensors(tensors, { format: FORMAT, position: toJson(position) })
}

/** JSON that keeps NaN and the infinities, which it would make null: as {"number":"NaN"}. */
const toJson = (value: unknown) =>
  JSON.stringify(value, (_, v) => (typeof v === 'number' && !Number.isFinite(v) ? { number: String(v) } : v))

const fromJson = (text: string): unknown =>
  JSON.parse(text, (_, v) =>
    v !== null && typeof v === 'object' && typeof v.number === 'string' ? Number(v.number) : v,
  )

/** @throws InklingError when the bytes are damaged or no checkpoint */
export function decodeCheckpoint(bytes: Uint8Array, where: string): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes, where)
  if (metadata.format !== FORMAT)
    throw new InklingError(`${where} is no checkpoint of this version (it says "${metadata.format ?? 'nothing'}")`)
  let parsed: TrainingPosition
  try {
    parsed = position.parse(fromJson(metadata.position))
  } catch (cause) {
    throw new InklingError(`${where}: its position in the training makes no sense`, { cause })
  }
  const state: TrainingState = { position: parsed, values: new Map() }
  for (const [name, { values }] of tensors) {
    if (name.startsWith('now/')) state.values.set(name.slice(4), values)
    else if (name.startsWith('best/')) {
      state.best ??= new Map()
      state.best.set(name.slice(5), values)
    }
  }
  return state
}

/** A {@link CheckpointSink} that keeps one file in a run's folder, replaced as a whole. */
export function checkpointIn(
  folder: string,
  options: Pick<CheckpointSink, 'everySeconds' | 'everySteps'> & { write?: typeof writeFileAtomic } = {},
): CheckpointSink {
  const { write = writeFileAtomic, ...rest } = options
  const path = join(folder, CHECKPOINT_FILE)
  return {
    ...rest,
    save: state =>
      write(path, encodeCheckpoint(state), {
        what: 'the checkpoint',
        hint: `The one before it is untouched. Make room, then go on with --resume ${folder}`,
      }),
  }
}

/** The latest checkpoint of a run; undefined when it was ended before the first. Clears away what a kill left half written. */
export async function readCheckpoint(folder: string): Promise<TrainingState | undefined> {
  const path = join(folder, CHECKPOINT_FILE)
  await rm(path + PARTIAL_ENDING, { force: true })
  const bytes = await readIfThere(path)
  return bytes && decodeCheckpoint(bytes, path)
}

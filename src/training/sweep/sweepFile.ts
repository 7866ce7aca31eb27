import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { InklingError } from '../../errors.ts'
import { writeFileAtomic } from '../files.ts'

/** The file that makes a folder a sweep: what was declared, and what it brought so far. */
export const SWEEP_FILE = 'sweep.json'

const value = z.union([z.string(), z.number(), z.boolean()])

const trial = z.object({
  /** '001'. */
  id: z.string(),
  values: z.record(z.string(), value),
  /** `stopped`: another third was better. */
  state: z.enum(['waiting', 'running', 'finished', 'stopped', 'failed']),
  /** Trained so far. */
  epochs: z.int(),
  /** Of the best epoch so far. */
  validationAccuracy: z.number().nullable(),
  validationLoss: z.number().nullable(),
  /** Of training and validation. */
  seconds: z.number(),
  parameters: z.int().nullable(),
  error: z.string().optional(),
  /** The validation part after each epoch. */
  course: z.array(z.object({ accuracy: z.number(), loss: z.number().nullable() })),
})
export type Trial = z.infer<typeof trial>

const sweepRecord = z.object({
  format: z.literal(1),
  model: z.string(),
  /** A name, or an absolute path. Absent for data given in memory: give them again. */
  data: z.string().optional(),
  dataName: z.string(),
  recipe: z.string(),
  axes: z.record(z.string(), z.union([z.array(value), z.object({ from: z.number(), to: z.number() })])),
  random: z.int().optional(),
  seed: z.int(),
  epochs: z.int(),
  examples: z.int().optional(),
  validation: z.number().optional(),
  allowOverlap: z.boolean().optional(),
  /** Of a table. */
  table: z.object({ label: z.string(), group: z.string().optional() }).optional(),
  /** How glyphs or heartbeats are made into examples. */
  glyphs: z.looseObject({}).optional(),
  mitdb: z.looseObject({}).optional(),
  /** Epochs at which the better third goes on; only the last where nobody is stopped early. */
  rungs: z.array(z.int()),
  trials: z.array(trial),
})
export type SweepRecord = z.infer<typeof sweepRecord>

/** Whether a folder holds a sweep. */
export const holdsSweep = (folder: string): boolean => existsSync(join(folder, SWEEP_FILE))

/** The run's folder of a trial. */
export const trialFolder = (folder: string, id: string): string => join(folder, 'trials', id)

export async function writeSweep(folder: string, record: SweepRecord): Promise<void> {
  await writeFileAtomic(join(folder, SWEEP_FILE), `${JSON.stringify(record, undefined, 2)}\n`, { what: 'the sweep' })
}

/** @throws InklingError when there is none, or it is damaged */
export function readSweep(folder: string): SweepRecord {
  const path = join(folder, SWEEP_FILE)
  if (!existsSync(path))
    throw new InklingError(`${folder} holds no sweep: it has no ${SWEEP_FILE}`, {
      hint: 'Begin one: inkling sweep MODEL',
    })
  try {
    return sweepRecord.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new InklingError(`${path} is no record of a sweep of this version`, { cause })
  }
}

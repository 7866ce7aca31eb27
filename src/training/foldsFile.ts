import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { InklingError } from '../errors.ts'
import { writeFileAtomic } from './files.ts'

/** The file that makes a folder a cross-validation: what each fold is trained with, and what the finished ones gave. */
export const FOLDS_FILE = 'folds.json'

const scores = z.object({ loss: z.number(), accuracy: z.number() })

/** What one finished fold gave. */
const foldRecord = z.object({
  /** From 1. */
  fold: z.int().positive(),
  train: scores,
  /** Of the fold held out. */
  validation: scores,
  epochs: z.int(),
  keptEpoch: z.int().nullable(),
  seconds: z.number(),
  ended: z.string().optional(),
  learningRate: z.object({ auto: z.literal(true), rate: z.number() }).optional(),
  weightsSha256: z.string(),
  baselines: z.array(z.object({ name: z.string(), validation: scores.nullable() })).optional(),
})
export type FoldRecord = z.infer<typeof foldRecord>

const foldsRecord = z.object({
  format: z.literal(1),
  folds: z.int().min(2),
  /** The settings of a new run, as they were asked for; absent for data or a model given in memory: give them again. */
  settings: z.looseObject({ model: z.string().optional(), data: z.string().optional() }),
  finished: z.array(foldRecord),
})
export type FoldsRecord = z.infer<typeof foldsRecord>

/** Whether a folder holds a cross-validation. */
export const holdsFolds = (folder: string): boolean => existsSync(join(folder, FOLDS_FILE))

/** The folder of a fold's run. */
export const foldFolder = (folder: string, fold: number): string => join(folder, `fold-${fold}`)

export async function writeFolds(folder: string, record: FoldsRecord): Promise<void> {
  await writeFileAtomic(join(folder, FOLDS_FILE), `${JSON.stringify(record, undefined, 2)}\n`)
}

/** Whether a folder holds a cross-validation with all folds finished; a damaged record is none. */
export function foldsAreDone(folder: string): boolean {
  try {
    const { folds, finished } = readFolds(folder)
    return finished.length === folds
  } catch {
    return false
  }
}

/** @throws InklingError when the file is damaged */
export function readFolds(folder: string): FoldsRecord {
  const path = join(folder, FOLDS_FILE)
  try {
    return foldsRecord.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new InklingError(`${path} is no record of a cross-validation of this version`, { cause })
  }
}

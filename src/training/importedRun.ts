import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { InklingError } from '../errors.ts'
import { zoo } from '../zoo/index.ts'
import { writeFileAtomic } from './files.ts'
import { abandonRunFolder, createRunFolder, RUN_FILES } from './runFolder.ts'
import type { TrainableModel } from './trainable.ts'

const numbers = z.array(z.number())

/** `config.json` of a run that was not trained here: whose model it is, and how pictures are made for it. */
export const importedConfig = z.object({
  format: z.literal(1),
  id: z.string(),
  imported: z.object({
    file: z.string(),
    sha256: z.string(),
    format: z.enum(['onnx', 'safetensors']),
    /** ISO 8601. */
    at: z.string(),
  }),
  model: z.object({
    id: z.string(),
    zoo: z.boolean(),
    inputShape: numbers,
    classes: z.array(z.string()),
    parameters: z.object({ total: z.int(), trainable: z.int() }),
  }),
  /** Absent: pictures are made as MNIST's digits were, or the model takes none. */
  pictures: z
    .object({
      size: z.tuple([z.int(), z.int()]),
      channels: z.union([z.literal(1), z.literal(3)]),
      fit: z.enum(['crop', 'letterbox', 'stretch']),
    })
    .optional(),
  environment: z.object({ inkling: z.string(), node: z.string() }),
})
export type ImportedConfig = z.infer<typeof importedConfig>

/** What {@link writeImportedRun} records beside the model. */
export interface ImportedFacts {
  file: string
  bytes: Uint8Array
  format: ImportedConfig['imported']['format']
  pictures?: ImportedConfig['pictures']
  /** Version of the program. */
  version?: string
}

/**
 * Writes a model that came from elsewhere as a run's folder.
 * @param out default: `runs/<date>-<model>-<n>`
 * @returns the folder
 */
export async function writeImportedRun(model: TrainableModel, facts: ImportedFacts, out?: string): Promise<string> {
  const folder = await createRunFolder(model.name, out)
  const config: ImportedConfig = {
    format: 1,
    id: basename(resolve(folder)),
    imported: {
      file: basename(facts.file),
      sha256: createHash('sha256').update(facts.bytes).digest('hex'),
      format: facts.format,
      at: new Date().toISOString(),
    },
    model: {
      id: model.name,
      zoo: zoo.some(entry => entry.id === model.name),
      inputShape: [...model.inputShape],
      classes: [...model.classes],
      parameters: model.summary().parameters,
    },
    pictures: facts.pictures,
    environment: { inkling: facts.version ?? 'unknown', node: process.version },
  }
  try {
    await writeFileAtomic(join(folder, RUN_FILES.config), `${JSON.stringify(config, undefined, 2)}\n`)
    // Last: a run that has weights has everything.
    await writeFileAtomic(join(folder, RUN_FILES.weights), model.toBytes(), { what: 'the weights' })
  } catch (error) {
    await abandonRunFolder(folder)
    throw error
  }
  return folder
}

/** What an imported run says of itself; undefined for one that was trained, or for no run. */
export function readImported(folder: string): ImportedConfig | undefined {
  const path = join(folder, RUN_FILES.config)
  if (!existsSync(path)) return undefined
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // told by whoever reads it as a trained run
  }
  if (!isImported(json)) return undefined
  const parsed = importedConfig.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InklingError(`${path} is no run of this version: ${issue.path.join('.')}: ${issue.message}`)
}

const isImported = (json: unknown) => typeof json === 'object' && json !== null && 'imported' in json

import { existsSync, realpathSync } from 'node:fs'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { bytes } from '../format.ts'
import { addShared, type SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { list } from '../table.ts'
import { ownPackage, version } from '../version.ts'

/** What the doctor found; the object of `--json`. */
interface Findings {
  inkling: string
  node: { version: string; path: string; pinned: boolean }
  machine: { platform: string; processor: string; processors: number }
  engine: { threads: number; simd: string; reason: string } | { error: string }
  memory: { total: number; free: number }
  pictures: { png: true; jpegWebp: boolean }
  /** `note`: how to get what is not here. */
  data: { name: string; found: string | null; from: string | null; note?: string }[]
  dataFolders: { path: string; from: string; exists: boolean }[]
}

export function define(command: Command): void {
  addShared(command, 'json', 'dataDir', 'threads').action(doctor)
  command.addHelpText('after', '\nExamples:\n  inkling doctor\n  INKLING_DATA=/path/to/data inkling doctor --json')
}

async function doctor(options: SharedOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const findings: Findings = {
    inkling: version(),
    node: { version: process.versions.node, path: process.execPath, pinned: isPinned() },
    machine: {
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      processors: availableParallelism(),
    },
    engine: await lookAtEngine(options.threads),
    memory: { total: totalmem(), free: freemem() },
    pictures: { png: true, jpegWebp: await canLoad('sharp') },
    ...(await lookForData(options.dataDir)),
  }
  output.result(findings)
  output.say(inWords(findings))
  if ('error' in findings.engine) process.exitCode = 1
}

function isPinned(): boolean {
  return realpathSync(process.execPath).startsWith(join(ownPackage().root, 'node_modules'))
}

async function lookAtEngine(threads: number | undefined): Promise<Findings['engine']> {
  try {
    const { createRuntime } = await import('../../engine/backends/wasm/runtime.ts')
    const runtime = await createRuntime({ simd: 'auto', threads })
    const found = { threads: runtime.threads, simd: runtime.variant, reason: runtime.variantReason }
    await runtime.close()
    return found
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

async function canLoad(name: string): Promise<boolean> {
  try {
    await import(name)
    return true
  } catch {
    return false
  }
}

async function lookForData(dataDir: string | undefined): Promise<Pick<Findings, 'data' | 'dataFolders'>> {
  const [{ listDatasets }, { findDataset }, { dataRoots }] = await Promise.all([
    import('../../data/registry.ts'),
    import('../../data/load.ts'),
    import('../../data/roots.ts'),
  ])
  const data = listDatasets().map(({ name, builtIn, howToGet = `try: inkling data fetch ${name}` }) => {
    if (builtIn) return { name, found: 'built in', from: null }
    const place = findDataset(name, { dataDir })
    if (!place) return { name, found: null, from: null, note: howToGet }
    return { name, found: place.folder, from: place.root.from }
  })
  const dataFolders = dataRoots(dataDir).map(({ path, from }) => ({ path, from, exists: existsSync(path) }))
  return { data, dataFolders }
}

function inWords(found: Findings): string {
  const engine = found.engine
  return list([
    ['inkling', found.inkling],
    ['Node', `${found.node.version}${found.node.pinned ? ' (pinned)' : ''}, ${found.node.path}`],
    ['machine', `${found.machine.platform}, ${found.machine.processors} processors, ${found.machine.processor}`],
    ['memory', `${bytes(found.memory.total)}, ${bytes(found.memory.free)} free`],
    ...('error' in engine
      ? [['engine', `does not run: ${engine.error}`] as const]
      : [
          ['threads', String(engine.threads)] as const,
          ['SIMD', `${engine.simd === 'wide' ? '256' : '128'}-bit kernels (${engine.simd}): ${engine.reason}`] as const,
        ]),
    ['pictures', found.pictures.jpegWebp ? 'PNG, JPEG, WebP' : 'PNG only (for JPEG and WebP: npm install sharp)'],
    ...found.dataFolders.map(
      ({ path, from, exists }) => ['data folder', `${path} (${from}${exists ? '' : ', does not exist'})`] as const,
    ),
    ...found.data.map(
      ({ name, found, note }) => [`data ${name}`, found ?? `not found (${note?.replace(/\.$/, '')})`] as const,
    ),
  ])
}

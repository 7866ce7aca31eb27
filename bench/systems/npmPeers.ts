import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepareOn } from './served.ts'
import { CannotError, Server } from './server.ts'
import type { Absence, System } from './system.ts'

const folder = fileURLToPath(new URL('../peers', import.meta.url))

/** Name of a system -> its server and the threads it runs on. */
const peers = {
  tfjs: { script: 'tfjs.mjs', threads: 1 },
  'jax-js': { script: 'jax.mjs', threads: null },
  'onnxruntime-web': { script: 'onnx.mjs', threads: 2 },
} as const

export type NpmPeer = keyof typeof peers
export const npmPeers = Object.keys(peers) as NpmPeer[]

/** A pass that is not ready by then is too slow to measure. */
const PATIENCE_SECONDS = 45

/** Starts the systems of `names` that work here. They are installed on first need, beside the product. */
export async function startNpmPeers(names: readonly NpmPeer[], absent: Absence[]): Promise<System[]> {
  if (names.length === 0) return []
  const fault = installFault()
  const systems: System[] = []
  for (const name of names) {
    try {
      if (fault) throw new CannotError(fault)
      systems.push(await startPeer(name))
    } catch (error) {
      if (!(error instanceof CannotError)) throw error
      absent.push({ system: name, reason: error.message })
    }
  }
  return systems
}

async function startPeer(name: NpmPeer): Promise<System> {
  const { script, threads } = peers[name]
  const start = () => new Server(process.execPath, [join(folder, script)])
  let server = start()
  const { description } = await server.ask('hello', {}, 60)
  return {
    ...{ system: name, variant: null, threads, description },
    async prepare(workload, pass, data) {
      if (pass === 'epoch') throw new CannotError('the benchmark has no data path for it')
      // A process for each pass: what a failed one leaves behind must not hinder the next.
      await server.close()
      server = start()
      return await prepareOn(server, workload, pass, { data, seconds: PATIENCE_SECONDS })
    },
    close: () => server.close(),
  }
}

/** Installs what the lock file says, unless that is there; gives the reason when it can't. */
function installFault(): string | undefined {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  const stamp = join(folder, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing the systems to compare with into bench/peers (npm ci); this happens once.')
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const npm = process.env.npm_execpath
  const options: SpawnSyncOptionsWithStringEncoding = {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  }
  const { status, stderr } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync(`npm ${args.join(' ')}`, { ...options, shell: true })
  if (status !== 0) return `npm could not install it: ${stderr?.trim().split('\n').pop() ?? 'npm is missing'}`
  writeFileSync(stamp, lock)
}

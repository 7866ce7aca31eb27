import { spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../cli/inkling.ts'

/** Folders of tarballs: one for each run of the tests, by the id of its process. */
const PREFIX = 'inkling-packed-'
const LOCK = join(root, 'build', '.packing')
/** Longest that another file may take to pack. */
const PATIENCE_MS = 240_000

/**
 * Unpacks what `npm pack` makes into `folder`/node_modules/inkling, as an install would; packed once in a run of the tests.
 * The dependencies are linked from the checkout where they are wanted: what is tried is the package, not the registry.
 *
 * @returns where it lies
 */
export function installPacked(folder: string, { dependencies = false } = {}): string {
  const installed = join(folder, 'node_modules', 'inkling')
  mkdirSync(installed, { recursive: true })
  const unpacked = spawnSync('tar', ['-xzf', tarball(), '-C', installed, '--strip-components=1'], { encoding: 'utf8' })
  if (unpacked.status !== 0) throw new Error(unpacked.stderr)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  if (!dependencies) return installed
  const settings = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of Object.keys({ ...settings.dependencies, ...settings.optionalDependencies })) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(join(link, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link, 'junction')
  }
  const commands = join(folder, 'node_modules', '.bin')
  mkdirSync(commands, { recursive: true })
  if (process.platform !== 'win32') symlinkSync('../inkling/bin/inkling.mjs', join(commands, 'inkling'))
  return installed
}

/** The packed package. Packing empties `dist/`, so test files that run side by side take turns. */
function tarball(): string {
  // Test files run in processes of their own, below one that lives as long as the run.
  const folder = join(tmpdir(), `${PREFIX}${process.ppid}`)
  const file = join(folder, 'inkling.tgz')
  whileLocked(() => {
    if (existsSync(file)) return
    removeOld()
    mkdirSync(folder, { recursive: true })
    const pack = spawnSync(`npm pack --pack-destination ${folder}`, { cwd: root, encoding: 'utf8', shell: true })
    if (pack.status !== 0) throw new Error(pack.stderr)
    renameSync(join(folder, globSync('inkling-*.tgz', { cwd: folder })[0]), file)
  })
  return file
}

function whileLocked(work: () => void): void {
  const since = Date.now()
  for (;;) {
    try {
      mkdirSync(LOCK, { recursive: false })
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = Number(readIfThere(join(LOCK, 'pid')))
      // A run that was killed cannot give it back.
      if ((holder > 0 && !lives(holder)) || Date.now() - since > PATIENCE_MS) rmSync(LOCK, { recursive: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
  }
  try {
    writeFileSync(join(LOCK, 'pid'), String(process.pid))
    work()
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

function removeOld(): void {
  for (const name of readdirSync(tmpdir()))
    if (name.startsWith(PREFIX) && !lives(Number(name.slice(PREFIX.length))))
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

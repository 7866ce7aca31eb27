/**
 * Builds the WebAssembly kernels: command table -> generated AssemblyScript -> asc -> build/kernels/*.wasm.
 * Plain JavaScript, runs on Node 20 and later (it is what a fresh checkout runs first).
 *
 *   node scripts/build-kernels.mjs [--if-stale] [--quiet] [--text] [--without file,file]
 *
 * --if-stale: only when a source has changed since the last build. --text: also writes .wat files.
 * --without: leaves out kernel files (commands without a kernel trap), for work on one of them.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generateTiles } from './generate-tiles.mjs'
import { generateWinograd } from './generate-winograd.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const kernels = join(root, 'kernels')
const generated = join(kernels, 'generated')
const out = join(root, 'build', 'kernels')
const tablePath = join(root, 'src', 'engine', 'backends', 'wasm', 'commands.ts')

/** The modules: name -> constants given to the sources, and whether the memory is shared. */
const variants = {
  wide: { wide: 1, shared: 1 },
  narrow: { wide: 0, shared: 1 },
  'narrow-single': { wide: 0, shared: 0 },
}

const files = readdirSync(kernels).filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
const stampPath = join(out, 'stamp')
const lockPath = join(root, 'build', 'kernels.lock')

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const options = process.argv.slice(2)
  const ok = await buildKernels({
    ifStale: options.includes('--if-stale'),
    quiet: options.includes('--quiet'),
    text: options.includes('--text'),
    without: options.includes('--without') ? options[options.indexOf('--without') + 1]?.split(',') : [],
  })
  process.exitCode = ok ? 0 : 1
}

/**
 * Builds the kernels; with `ifStale` only when a source has changed since the last build, and one process at a time.
 * @returns {Promise<boolean>} whether they are built; what is wrong is on stderr
 */
export async function buildKernels({ ifStale = false, quiet = false, text = false, without = [] } = {}) {
  const stamp = fingerprintOfSources(without)
  if (ifStale && isFresh(stamp)) return true
  const release = await lock()
  try {
    // Another process may have built them meanwhile.
    if (ifStale && isFresh(stamp)) return true
    const started = performance.now()
    const kernelFiles = files.filter(name => !without.includes(name.replace(/\.ts$/, '')))
    const commands = readTable()
    write(join(generated, 'commands.ts'), recordClasses(commands))
    write(join(generated, 'switch.ts'), dispatchSwitch(commands, kernelFiles, quiet))
    write(join(generated, 'tiles.ts'), generateTiles())
    write(join(generated, 'winograd.ts'), generateWinograd())
    mkdirSync(out, { recursive: true })
    await Promise.all(Object.entries(variants).map(([name, variant]) => compile(name, variant, { quiet, text })))
    writeFileSync(stampPath, stamp)
    if (!quiet) console.error(`kernels built in ${((performance.now() - started) / 1000).toFixed(1)} s`)
    return true
  } catch (error) {
    console.error(error.stderr || error.stdout || error)
    return false
  } finally {
    release()
  }
}

/** Waits until no other process builds; returns what lets the next one in. */
async function lock() {
  mkdirSync(dirname(lockPath), { recursive: true })
  for (;;) {
    try {
      writeFileSync(lockPath, String(process.pid), { flag: 'wx' })
      return () => rmSync(lockPath, { force: true })
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned()) rmSync(lockPath, { force: true })
    else await new Promise(resolve => setTimeout(resolve, 100))
  }
}

/** Whether the process that holds the lock is gone, or has it for longer than any build takes. */
function isAbandoned() {
  try {
    if (Date.now() - statSync(lockPath).mtimeMs > 10 * 60_000) return true
    const owner = Number(readFileSync(lockPath, 'utf8'))
    return owner > 0 && !process.kill(owner, 0)
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT'
  }
}

function fingerprintOfSources(without) {
  const hash = createHash('sha256')
  const scripts = ['build-kernels.mjs', 'generate-tiles.mjs', 'generate-winograd.mjs'].map(name =>
    join(root, 'scripts', name),
  )
  for (const path of [...scripts, tablePath, ...files.map(name => join(kernels, name))].sort()) {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.update(String(without)).digest('hex')
}

function isFresh(stamp) {
  return (
    existsSync(stampPath) &&
    readFileSync(stampPath, 'utf8') === stamp &&
    Object.keys(variants).every(name => existsSync(join(out, `${name}.wasm`)))
  )
}

/** The object literal of commands.ts: { name: ['argument', 'float argument: f32', ...] }. */
function readTable() {
  const text = readFileSync(tablePath, 'utf8')
  const literal = /export const commands = (\{[\s\S]*?\n\}) as const/.exec(text)
  if (!literal) throw new Error(`${tablePath}: no "export const commands = { ... } as const"`)
  const table = new Function(`return ${literal[1]}`)()
  for (const [name, list] of Object.entries(table)) {
    if (list.length > 30) throw new Error(`command ${name}: ${list.length} arguments, a record holds 30`)
  }
  return table
}

function className(name) {
  return `${name[0].toUpperCase()}${name.slice(1)}Command`
}

function recordClasses(table) {
  const classes = Object.entries(table).map(([name, list], i) => {
    const fields = list.map(argument => {
      const [field, type = 'i32'] = argument.split(': ')
      return `  ${field}: ${type}`
    })
    return `/** opcode ${i + 1} */\n@unmanaged\nexport class ${className(name)} {\n  opcode: i32\n${fields.join('\n')}\n}\n`
  })
  return `// Generated from the command table by scripts/build-kernels.mjs.\n\n${classes.join('\n')}`
}

function dispatchSwitch(table, kernelFiles, quiet) {
  const home = new Map()
  for (const file of kernelFiles) {
    const text = readFileSync(join(kernels, file), 'utf8')
    for (const [, name] of text.matchAll(/^export function (\w+)\(record: usize, part: i32, parts: i32\): void/gm)) {
      if (!(name in table)) throw new Error(`kernels/${file} exports "${name}", which is not in the command table`)
      if (home.has(name)) throw new Error(`kernel "${name}" is in both ${home.get(name)} and ${file}`)
      home.set(name, file)
    }
  }
  const missing = Object.keys(table).filter(name => !home.has(name))
  if (missing.length && !quiet) console.error(`commands without a kernel yet: ${missing.join(', ')}`)
  const imports = [...new Set(home.values())].map(file => {
    const names = [...home].filter(([, f]) => f === file).map(([name]) => name)
    return `import { ${names.join(', ')} } from '../${file.replace(/\.ts$/, '')}'`
  })
  const cases = Object.keys(table)
    .map((name, i) => (home.has(name) ? `    case ${i + 1}: return ${name}(record, part, parts)` : ''))
    .filter(Boolean)
  let hash = 0x811c9dc5
  const text = JSON.stringify(table)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return `// Generated from the command table by scripts/build-kernels.mjs.
${imports.join('\n')}

export const FINGERPRINT: i32 = ${hash | 0}

export function execute(record: usize, part: i32, parts: i32): void {
  switch (load<i32>(record)) {
${cases.join('\n')}
    default: unreachable()
  }
}
`
}

/** Writes only what differs, so that two builds at once don't disturb each other. */
function write(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

async function compile(name, { wide, shared }, { quiet, text }) {
  const temporary = join(out, `${name}.${process.pid}`)
  const textFile = text ? ['--textFile', join('build', 'kernels', `${name}.wat`)] : []
  const memory = ['--importMemory', '--initialMemory', '2', '--maximumMemory', '65536', '--memoryBase', '8192']
  const threads = shared ? ['--sharedMemory', '--enable', 'threads'] : ['--disable', 'threads']
  const args = [
    join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js'),
    'kernels/dispatch.ts',
    ...['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--enable', 'relaxed-simd'],
    ...['--use', 'abort=', '--use', `WIDE=${wide}`, '--use', `SHARED=${shared}`],
    ...memory,
    ...threads,
    ...['--outFile', relative(root, `${temporary}.wasm`)],
    ...textFile,
  ]
  try {
    const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 })
    if (stderr && !quiet) console.error(stderr)
    renameSync(`${temporary}.wasm`, join(out, `${name}.wasm`))
  } finally {
    rmSync(`${temporary}.wasm`, { force: true })
  }
}

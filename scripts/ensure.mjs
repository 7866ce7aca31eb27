// Makes the checkout ready: installs what package-lock.json asks for and compiles the kernels, each only when needed.
// Runs on Node 20 and later, on every system, and takes a few milliseconds when there is nothing to do.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buildKernels } from './build-kernels.mjs'
import { hasPinnedNode, root } from './house.mjs'

const wanted = join(root, 'package-lock.json')
const installed = join(root, 'node_modules', '.package-lock.json')

if (!isInstalled()) install()
if (!(await buildKernels({ ifStale: true }))) fail('The kernels could not be compiled; what is wrong stands above.')

/** Whether node_modules holds what package-lock.json asks for. */
function isInstalled() {
  if (!existsSync(installed) || !hasPinnedNode()) return false
  return statSync(installed).mtimeMs >= statSync(wanted).mtimeMs || sameVersions()
}

/** A lock file can be newer without other content (git touches files): then its versions decide. */
function sameVersions() {
  const read = file => JSON.parse(readFileSync(file, 'utf8')).packages
  const have = read(installed)
  return Object.entries(read(wanted)).every(([folder, entry]) => {
    if (folder === '') return true
    const found = have[folder]
    return found ? found.version === entry.version : entry.optional === true || entry.peer === true
  })
}

function install() {
  console.log('Installing the pinned tools (npm ci); this happens once.')
  // `npm ci` removes node_modules first, which Windows refuses while the Node in there runs this very script.
  const locked = process.platform === 'win32' && process.execPath.startsWith(join(root, 'node_modules'))
  const args = locked ? ['install', '--no-save'] : ['ci']
  const npm = process.env.npm_execpath
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync(`npm ${args.join(' ')}`, { cwd: root, stdio: 'inherit', shell: true })
  if (result.status !== 0) fail('The install failed; npm says why above.')
  if (!hasPinnedNode()) {
    fail('npm did not install the pinned Node: its install script was not allowed. Try: npm rebuild node')
  }
}

function fail(message) {
  console.error(`error: ${message}`)
  process.exit(1)
}

#!/usr/bin/env node
// Starts the command line. Plain JavaScript that an old Node can parse: in a checkout it hands over to the pinned Node
// (which runs the TypeScript sources as they are); installed as a package it loads the bundled command line.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = name => fileURLToPath(new URL(`../${name}`, import.meta.url))
const sources = here('src/cli/main.ts')
const pinned = here(`node_modules/node/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`)
const [major, minor] = process.versions.node.split('.').map(Number)

if (!existsSync(sources)) {
  if (major < 22) stop(`this is Node ${process.versions.node}, inkling needs Node 22 or later.`)
  else load(here('dist/cli.js'))
} else if (!existsSync(here('node_modules/commander'))) {
  stop('nothing is installed yet. Run: npm ci')
} else if (existsSync(pinned) && realpathSync(pinned) !== realpathSync(process.execPath)) {
  handOver()
} else if (major < 22 || (major === 22 && minor < 18)) {
  stop(`this is Node ${process.versions.node} and the pinned Node is not installed. Run: npm ci`)
} else if (await compiled()) {
  load(sources)
}

/** Compiles the kernels of a checkout when their sources have changed: old ones would give old results. */
async function compiled() {
  const script = here('scripts/build-kernels.mjs')
  if (!existsSync(script)) return true
  const { buildKernels } = await import(pathToFileURL(script).href)
  if (await buildKernels({ ifStale: true })) return true
  stop('the kernels could not be compiled; what is wrong stands above')
}

async function load(file) {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache?.()
  const { run } = await import(pathToFileURL(file).href)
  await run(process.argv.slice(2))
}

/** Runs this file on the pinned Node; passes on its exit code and the signals that only this process got. */
function handOver() {
  let child
  // On Windows the console itself tells every process of Ctrl-C; `kill` would end the child without its clean-up.
  const signals = process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child?.kill(signal))
  if (process.platform === 'win32') process.on('SIGINT', () => {})
  child = spawn(pinned, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' })
  child.on('error', error => stop(`the pinned Node does not start: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal] ?? 1
  })
}

function stop(message) {
  console.error(`error: ${message}`)
  process.exitCode = 1
}

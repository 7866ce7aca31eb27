// Builds `dist/` for the packed package (npm's prepack): bundled JavaScript, declarations, compiled kernels.
// Node strips no types under node_modules, so the package holds no TypeScript but the declarations.
import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { root, runNode } from './house.mjs'

// Flat on purpose: the engine looks for `worker.js` and `kernels/` beside the file it was bundled into.
const entries = {
  index: 'src/index.ts',
  data: 'src/data/index.ts',
  onnx: 'src/exchange/onnx/index.ts',
  cli: 'src/cli/main.ts',
  worker: 'src/engine/backends/wasm/worker.ts',
}

const settings = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const dependencies = Object.keys({ ...settings.dependencies, ...settings.optionalDependencies })
const dist = join(root, 'dist')
rmSync(dist, { recursive: true, force: true })
mkdirSync(join(dist, 'kernels'), { recursive: true })

must(runNode([join('scripts', 'build-kernels.mjs'), '--if-stale']))
const kernels = join(root, 'build', 'kernels')
for (const name of readdirSync(kernels).filter(name => name.endsWith('.wasm'))) {
  cpSync(join(kernels, name), join(dist, 'kernels', name))
}

const bundle = await rolldown({
  input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
  platform: 'node',
  // Own files are bundled, and the helpers that the bundler itself adds; dependencies stay imports.
  external: id => id.startsWith('node:') || dependencies.some(name => id === name || id.startsWith(`${name}/`)),
})
await bundle.write({ dir: dist, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' })
await bundle.close()

// The reader is built by itself, small: apps load it into pages. Weights lie beside it.
const reader = await rolldown({ input: { reader: join(root, 'src/reader/index.ts') }, platform: 'neutral' })
const readerFiles = { entryFileNames: '[name].js', chunkFileNames: 'reader-[name].js' }
await reader.write({ dir: dist, format: 'esm', minify: 'dce-only', ...readerFiles })
await reader.close()
mkdirSync(join(dist, 'models'))
for (const name of readdirSync(join(root, 'models')).filter(name => !name.endsWith('.md'))) {
  cpSync(join(root, 'models', name), join(dist, 'models', name))
}

must(runNode([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']))
for (const name of globSync('types/**/*.d.ts', { cwd: dist })) {
  const text = readFileSync(join(dist, name), 'utf8')
  writeFileSync(join(dist, name), text.replace(/((?:from |import ?\(?)['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'))
}

function must(result) {
  if (result.status !== 0) process.exit(1)
}

// The rule between rooms: a room imports only from the rooms before it in `order`, and the core runs anywhere.
// Reads the real import statements, types included. `node scripts/check-imports.mjs` lists what breaks the rule.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'rolldown/utils'

/** The rooms of `src/`, each may import from itself and from those before it; rooms in one list do not know each other. */
const order = [
  ['kernels'],
  ['engine'],
  ['nn'],
  ['evaluation'],
  ['data'],
  ['classical'],
  ['zoo'],
  ['training'],
  ['exchange'],
  ['reader'],
  ['report'],
  ['papers'],
  ['cli', 'server'],
]

/** Files straight in `src/` that every room may use. The other ones there are entries: they use all rooms, none uses them. */
const free = ['errors.ts', 'random.ts', 'words.ts']

/** Rooms that run in a browser and need no package. */
const core = ['engine/', 'nn/', 'evaluation/', 'data/formats/', 'zoo/']

/** Files of the core that name types of Node, or that only Node loads. */
const nodeOnly = ['locate', 'remembered', 'variant', 'worker'].map(name => `engine/backends/wasm/${name}.ts`)

const rank = new Map(order.flatMap((rooms, position) => rooms.map(room => [room, position])))

/**
 * What breaks the rule in one file.
 * @param {string} file path below `src/`, with slashes
 * @param {string} text its source
 * @returns {string[]} one line a violation
 */
export function violations(file, text) {
  const found = []
  const room = file.includes('/') ? file.split('/')[0] : undefined
  const inCore = core.some(folder => file.startsWith(folder)) && !nodeOnly.includes(file)
  if (room !== undefined && !rank.has(room)) found.push(`${file}: the room '${room}' is not in the list of rooms`)
  for (const { specifier, line } of imports(file, text)) {
    const where = `${file}:${line}`
    if (!specifier.startsWith('.')) {
      if (inCore || free.includes(file))
        found.push(`${where}: '${specifier}': this file runs anywhere and imports no package`)
      continue
    }
    const target = posix.normalize(posix.join(posix.dirname(file), specifier))
    if (target.startsWith('..')) {
      found.push(`${where}: '${specifier}' leaves src/`)
      continue
    }
    const from = target.includes('/') ? target.split('/')[0] : undefined
    if (free.includes(target) || (room === undefined && !free.includes(file))) continue
    if (from === undefined || room === undefined) found.push(`${where}: '${target}' is not for rooms to import`)
    else if (from !== room && rank.get(from) >= rank.get(room)) {
      found.push(`${where}: ${room} may not import from ${from} ('${target}')`)
    }
  }
  return found
}

/** Every module a source names: import and export statements, `import()`, and types. */
function imports(file, text) {
  const { program, module, errors } = parseSync(file, text)
  if (errors.length > 0) return []
  const found = []
  const add = (specifier, at) => found.push({ specifier, line: text.slice(0, at).split('\n').length })
  for (const statement of module.staticImports) add(statement.moduleRequest.value, statement.start)
  for (const statement of module.staticExports) {
    const request = statement.entries.find(entry => entry.moduleRequest)?.moduleRequest
    if (request) add(request.value, statement.start)
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const literal = /^(['"`])(.*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    if (literal) add(literal[2], start)
  }
  visit(program, node => {
    if (node.type === 'TSImportType') add((node.source ?? node.argument?.literal)?.value ?? '', node.start)
  })
  return found
}

function visit(node, see) {
  if (node === null || typeof node !== 'object') return
  if (typeof node.type === 'string') see(node)
  for (const child of Object.values(node)) visit(child, see)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const source = join(dirname(dirname(process.argv[1])), 'src')
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  const found = files.flatMap(file =>
    violations(relative(source, file).split(sep).join('/'), readFileSync(file, 'utf8')),
  )
  for (const line of found) console.error(`src/${line}`)
  console.log(
    found.length === 0 ? `import rule: ${files.length} files keep it` : `import rule: ${found.length} violations`,
  )
  process.exitCode = found.length === 0 ? 0 : 1
}

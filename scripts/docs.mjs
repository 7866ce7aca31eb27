// Writes docs/api/*.md from the docstrings: one page for each entry of the package. `node scripts/docs.mjs --check` writes
// nothing and fails where a page is not current. Read are the declarations that the compiler makes, so that a page
// shows what users see; typedoc does not know TypeScript 7.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'rolldown/utils'
import { root, runNode } from './house.mjs'

/** The pages: what users import, its source, and what it is in a line. */
const entries = [
  ['inkling', 'index', 'models, layers, training, evaluation and prediction'],
  ['inkling/data', 'data/index', 'data sets, pictures made ready, splits and guards'],
  ['inkling/reader', 'reader/index', 'the shipped digit readers, for apps'],
  ['inkling/onnx', 'exchange/onnx/index', 'ONNX in and out'],
]
const pageOf = name => `${name.replace('inkling/', '')}.md`

/** @typedef {{ name: string, kind: string, doc: string, text: string, space?: string }} Entry */

/** All pages by their names, and the exported names that have no docstring. */
export function makePages() {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-docs-'))
  try {
    const emit = ['-p', 'tsconfig.build.json', '--outDir', folder]
    if (runNode([join('node_modules', 'typescript', 'bin', 'tsc'), ...emit]).status !== 0) process.exit(1)
    const pages = new Map()
    const bare = []
    for (const [name, file, what] of entries) {
      const list = exportsOf(join(folder, `${file}.d.ts`), new Set())
      bare.push(...list.filter(entry => entry.doc === '').map(entry => `${name}: ${entry.name}`))
      pages.set(pageOf(name), pageText(name, what, list))
    }
    const index = entries.map(([name, , what]) => `- [\`${name}\`](${pageOf(name)}): ${what}`)
    pages.set('README.md', `# API reference\n\nMade from the docstrings by \`npm run docs\`.\n\n${index.join('\n')}\n`)
    return { pages, bare }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const modules = new Map()
/** A module's declarations, with the docstring before each. */
function moduleOf(file) {
  const known = modules.get(file)
  if (known) return known
  const text = readFileSync(file, 'utf8')
  const { program, comments, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`)
  const docs = comments.filter(comment => comment.type === 'Block' && comment.value.startsWith('*'))
  const docBefore = at => {
    const near = docs.filter(comment => comment.end <= at && text.slice(comment.end, at).trim() === '')
    return near.length > 0 ? plainDoc(near[near.length - 1].value) : ''
  }
  const found = { file, text, body: program.body, docBefore }
  modules.set(file, found)
  return found
}

/** What a module exports, names of other modules followed to where they are declared. */
function exportsOf(file, seen, space) {
  if (seen.has(file)) return []
  seen.add(file)
  const { body, docBefore } = moduleOf(file)
  const list = []
  for (const statement of body) {
    if (statement.type === 'ExportAllDeclaration') {
      const target = fileOf(file, statement.source.value)
      const named = statement.exported?.name
      list.push(...(named ? exportsOf(target, new Set(), named) : exportsOf(target, seen, space)))
    } else if (statement.type === 'ExportNamedDeclaration' && statement.declaration) {
      list.push(...declared(file, statement, space))
    } else if (statement.type === 'ExportNamedDeclaration') {
      for (const { local, exported } of statement.specifiers) {
        const from = statement.source ? fileOf(file, statement.source.value) : importedFrom(file, local.name)
        const own = find(from, local.name)
        const above = docBefore(statement.start)
        list.push(...own.map(entry => ({ ...entry, name: exported.name, space, doc: entry.doc || above })))
      }
    }
  }
  return list
}

/** Where a name that a module exports without declaring it comes from. */
function importedFrom(file, name) {
  for (const statement of moduleOf(file).body)
    if (statement.type === 'ImportDeclaration' && statement.specifiers.some(s => s.local.name === name))
      return fileOf(file, statement.source.value)
  return file
}

/** The declarations of a name (overloads are several), wherever it is declared. */
function find(file, name) {
  const { body } = moduleOf(file)
  for (const statement of body) {
    const own = statement.declaration ?? statement
    const names = own.declarations?.map(d => d.id.name) ?? [own.id?.name]
    if (names.includes(name)) return declared(file, statement).filter(entry => entry.name === name)
  }
  for (const statement of body) {
    if (statement.type === 'ExportNamedDeclaration' && statement.source)
      for (const { local, exported } of statement.specifiers)
        if (exported.name === name) return find(fileOf(file, statement.source.value), local.name)
    if (statement.type === 'ExportAllDeclaration' && !statement.exported) {
      const found = find(fileOf(file, statement.source.value), name)
      if (found.length > 0) return found
    }
  }
  return []
}

/** @returns {Entry[]} */
function declared(file, statement, space) {
  const { text, docBefore } = moduleOf(file)
  const own = statement.declaration ?? statement
  const names = own.declarations?.map(d => d.id.name) ?? [own.id.name]
  const code = text
    .slice(own.start, own.end)
    .replace(/^declare /, '')
    .replace(/^\s*#private;\n/gm, '')
    .replace(/\bimport\("[^"]*"\)\./g, '')
    .replace(LINK, linked)
  return names.map(name => ({ name, space, kind: kindOf(own), doc: docBefore(statement.start), text: code }))
}

const kindOf = ({ type }) =>
  ({ TSInterfaceDeclaration: 'types', TSTypeAliasDeclaration: 'types', ClassDeclaration: 'classes' })[type] ??
  'functions'

function fileOf(from, specifier) {
  const path = join(dirname(from), specifier).replace(/\.(ts|js)$/, '.d.ts')
  if (!existsSync(path)) throw new Error(`${from} exports from ${specifier}, which is not there`)
  return path
}

const LINK = /\{@link ([^}|]+)(?:\|([^}]+))?\}/g
const linked = (_, name, label) => `\`${(label ?? name).trim()}\``

/** A docstring without its stars, links as names. */
function plainDoc(comment) {
  return comment
    .replace(/^\*/, '')
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
    .replace(LINK, linked)
}

/** Prose with its tags as a list. */
function docText(doc) {
  const at = doc.search(/^@/m)
  const prose = (at < 0 ? doc : doc.slice(0, at)).trim()
  const tags = at < 0 ? [] : doc.slice(at).split(/^(?=@)/m)
  const lines = tags.map(tag => {
    const [, kind, rest] = /^@(\w+)\s*([\s\S]*)$/.exec(tag.trim()) ?? []
    const words = (rest ?? '').replace(/\s+/g, ' ')
    if (kind === 'param') return words.replace(/^(\S+)\s*(?:- )?(.*)$/, '- `$1`: $2')
    return `- *${kind}* ${words}`
  })
  return [prose, lines.join('\n')].filter(Boolean).join('\n\n')
}

const titles = { functions: 'Functions and values', classes: 'Classes', types: 'Types' }

function pageText(name, what, list) {
  const parts = [
    `# \`${name}\`\n\n${what[0].toUpperCase()}${what.slice(1)}. Made from the docstrings by \`npm run docs\`.`,
  ]
  const shown = [...new Map(list.map(entry => [`${entry.space ?? ''}.${entry.name}.${entry.text}`, entry])).values()]
  const sections = [
    ...Object.entries(titles).map(([kind, title]) => [title, shown.filter(e => !e.space && e.kind === kind)]),
    ...[...new Set(shown.flatMap(e => e.space ?? []))].map(space => [
      `\`${space}\``,
      shown.filter(e => e.space === space),
    ]),
  ]
  for (const [title, members] of sections) {
    if (members.length === 0) continue
    parts.push(`## ${title}`)
    const names = [...new Set(members.map(entry => entry.name))].sort((a, b) => a.localeCompare(b, 'en'))
    for (const member of names) {
      const same = members.filter(entry => entry.name === member)
      const full = same[0].space ? `${same[0].space}.${member}` : member
      const doc = same.map(entry => entry.doc).find(Boolean) ?? ''
      parts.push(`### ${full}`, docText(doc), `\`\`\`ts\n${same.map(entry => entry.text).join('\n')}\n\`\`\``)
    }
  }
  return `${parts.filter(Boolean).join('\n\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'docs', 'api')
  const { pages, bare } = makePages()
  const check = process.argv.includes('--check')
  let stale = 0
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) if (!pages.has(name) && !check) rmSync(join(folder, name))
  for (const [name, text] of pages) {
    const path = join(folder, name)
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
    stale++
    if (check) console.error(`${relative(root, path)} is not current: npm run docs`)
    else writeFileSync(path, text)
  }
  for (const name of bare) console.error(`no docstring: ${name}`)
  console.log(`docs/api: ${pages.size} pages, ${stale} ${check ? 'not current' : 'written'}`)
  if ((check && stale > 0) || bare.length > 0) process.exitCode = 1
}

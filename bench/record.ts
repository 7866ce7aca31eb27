import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Result, tableOf } from './table.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const document = join(root, 'docs', 'performance.md')
const BEGIN = '<!-- bench:begin -->'
const END = '<!-- bench:end -->'

/** Where the figures of a run go: whole ones are kept by their day (-2, -3, ...), others are overwritten by the next. */
export function recordPath(whole: boolean, now = new Date(), folder = join(root, 'bench', 'results')): string {
  if (!whole) return join(folder, 'partial.json')
  const day = now.toISOString().slice(0, 10)
  for (let run = 1; ; run++) {
    const path = join(folder, `${day}${run > 1 ? `-${run}` : ''}.json`)
    if (!existsSync(path)) return path
  }
}

/** Writes the figures; those of a whole run also as the table of docs/performance.md. */
export function writeRecord(result: Result, whole: boolean): void {
  const path = recordPath(whole)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`)
  if (!whole) return
  const text = existsSync(document) ? readFileSync(document, 'utf8') : `# Performance\n\n${BEGIN}\n${END}\n`
  writeFileSync(document, withTable(text, tableOf(result)))
}

/** The document with `table` between its markers (at the end, where it has none). */
export function withTable(text: string, table: string): string {
  const block = `${BEGIN}\n${table}\n${END}`
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) return `${text.trimEnd()}\n\n${block}\n`
  return text.slice(0, begin) + block + text.slice(end + END.length)
}

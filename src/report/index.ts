/** The report room's door: light to import; what draws and serves is loaded on first use. */
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import type { ServedReport, ServeOptions } from './serve.ts'
import type { ReportInput } from './types.ts'

export { type ChooseOptions, chooseExamples, collectExamples } from './examples.ts'
export type { ServedReport, ServeOptions } from './serve.ts'
export type { EpochRecord, ReportExample, ReportExamples, ReportInput, ReportLayer } from './types.ts'

/** Writes a run's report to `file`, whole or not at all. */
export async function writeReport(file: string, input: ReportInput): Promise<void> {
  const { renderReport } = await import('./report.ts')
  const part = `${file}.${randomBytes(4).toString('hex')}.part`
  try {
    await writeFile(part, renderReport(input))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Serves the report of a run folder on this machine only; see `serve.ts`. */
export async function serveReport(options: ServeOptions): Promise<ServedReport> {
  return (await import('./serve.ts')).serveReport(options)
}

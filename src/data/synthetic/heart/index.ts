import type { ReadFile } from '../../heartbeats/records.ts'
import { type MadeHeartOptions, madeHeartRecord } from './record.ts'

export { type MadeHeartOptions, madeHeartRecord } from './record.ts'

/** Reads the files of made records by their names, as if they lay in a folder: each record is made once, on need. */
export function madeHeartFiles(options: MadeHeartOptions = {}): ReadFile {
  const made = new Map<string, Record<string, Uint8Array>>()
  return async name => {
    const record = name.replace(/\.\w+$/, '')
    const files = made.get(record) ?? madeHeartRecord(record, options)
    made.set(record, files)
    return { bytes: files[name], source: `made record ${name}` }
  }
}

import { join } from 'node:path'
import type { DatasetInfo } from '../../data/datasets/types.ts'
import { fetchDataset } from '../../data/fetch.ts'
import { datasetInfo } from '../../data/registry.ts'
import { bytes } from '../format.ts'
import { onInterrupt } from '../interrupt.ts'
import type { SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { createProgress } from '../progress.ts'

/** `inkling data fetch`. */
export async function fetch(name: string, options: SharedOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const progress = createProgress()
  const interruption = new AbortController()
  const release = onInterrupt(() => interruption.abort())
  const started = performance.now()
  try {
    const result = await fetchDataset(name, {
      dataDir: options.dataDir,
      signal: interruption.signal,
      onProgress({ file, received, total, done, files }) {
        const seconds = (performance.now() - started) / 1000
        progress.update({
          label: `${file} (${done + 1}/${files})`,
          done: received,
          total: total ?? 0,
          fields: [bytes(received), `${bytes(received / Math.max(seconds, 1e-3))}/s`],
        })
      },
    })
    progress.end()
    output.result(result)
    for (const { path, from } of result.files) {
      output.say(
        `${join(result.folder, path)}  ${from === undefined ? 'was here already' : `from ${new URL(from).host}`}`,
      )
    }
    output.say(`${result.name} is here; ${verified(datasetInfo(result.name))}.`)
  } finally {
    progress.end()
    release()
  }
}

/** By what its files were verified. */
function verified({ files }: DatasetInfo): string {
  if (files.every(({ md5, sha256 }) => md5 ?? sha256)) return 'its checksums are right'
  return 'its files have the right sizes; their checksums are not known'
}

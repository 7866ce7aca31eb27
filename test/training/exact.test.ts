import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { conv2d, dense, flatten, sequential } from '../../src/nn/index.ts'
import type { BatchProgress } from '../../src/training/history.ts'
import { readConfig } from '../../src/training/runFolder.ts'
import { TrainingInterrupted, trainRun } from '../../src/training/train.ts'
import { toyData, toyRecipe } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-exact-'))
const [usual, exact] = await Promise.all([createWasmBackend(), createWasmBackend({ exact: true })])
afterAll(async () => {
  rmSync(temp, { recursive: true, force: true })
  await Promise.all([usual.close(), exact.close()])
})

// The second convolution is one that Winograd's transforms are chosen for.
const model = sequential(
  [6, 6, 1],
  [conv2d(32, 3, { padding: 'same' }), conv2d(32, 3, { padding: 'same' }), flatten(), dense(3)],
  { name: 'toy' },
)
const settings = { model, data: toyData(), recipe: { ...toyRecipe, epochs: 1 }, seed: 3 }
const weightsOf = (run: string) =>
  createHash('sha256')
    .update(readFileSync(join(run, 'weights.safetensors')).subarray(-4 * 32 * 32 * 9))
    .digest('hex')

test('an exact run says so in its config, computes as an exact backend does and stays exact when it goes on', async () => {
  const out = (name: string) => join(temp, name)
  await trainRun({ ...settings, backend: usual, out: out('usual') })
  await trainRun({ ...settings, backend: exact, out: out('backend') })
  await trainRun({ ...settings, backend: usual, exact: true, out: out('asked') })
  expect(readConfig(out('usual')).exact).toBeUndefined()
  expect(readConfig(out('asked')).exact).toBe(true)
  expect(weightsOf(out('asked'))).toBe(weightsOf(out('backend')))
  expect(weightsOf(out('asked'))).not.toBe(weightsOf(out('usual')))

  const stop = new AbortController()
  const callbacks = [{ onBatch: (at: BatchProgress) => void (at.step === 3 && stop.abort()) }]
  const stopped = { backend: usual, exact: true, out: out('stopped'), callbacks, signal: stop.signal }
  await expect(trainRun({ ...settings, ...stopped })).rejects.toThrow(TrainingInterrupted)
  await trainRun({ resume: out('stopped'), model, data: settings.data, backend: usual })
  expect(weightsOf(out('stopped'))).toBe(weightsOf(out('asked')))
})

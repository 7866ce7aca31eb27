import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../cli/inkling.ts'
import { findChromium } from '../report/browser.ts'
import { installPacked } from './packed.ts'
import { openSite, type Site } from './site.ts'

// `inkling/onnx` as an app gets it: from the packed tarball, in an empty folder, with no other package beside it. The
// model was exported by PyTorch (test/fixtures/record_onnx.py), with what PyTorch computes.

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-onnx-'))
  installPacked(folder)
  for (const name of ['digits.onnx', 'mixture.onnx', 'recorded.json'])
    cpSync(join(root, 'test/fixtures/onnx', name), join(folder, name))
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a module in the folder and gives what it printed as JSON. */
function node(script: string) {
  writeFileSync(join(folder, 'script.js'), script)
  const { stdout, stderr, status } = spawnSync(process.execPath, ['script.js'], { cwd: folder, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return JSON.parse(stdout)
}

test('a model of PyTorch runs in Node; whole numbers come as Int32Array', () => {
  const found = node(`
    import { readFile } from 'node:fs/promises'
    import { loadOnnx } from 'inkling/onnx'
    const { models } = JSON.parse(await readFile('recorded.json', 'utf8'))
    const worst = {}
    for (const name of ['digits', 'mixture']) {
      const m = await loadOnnx(await readFile(name + '.onnx'))
      const { x, ...expected } = models[name].runs[0]
      const out = await m.run({ x })
      worst[name] = Object.entries(expected).map(([output, { shape, data }]) => [
        out[output].data.constructor.name,
        out[output].shape.join() === shape.join(),
        data.reduce((most, value, i) => Math.max(most, Math.abs(value - out[output].data[i])), 0) < 2e-6,
      ])
    }
    console.log(JSON.stringify(worst))`)
  expect(found).toEqual({
    digits: [['Float32Array', true, true]],
    mixture: [
      ['Float32Array', true, true],
      ['Int32Array', true, true],
    ],
  })
})

test('it is trained further with the optimizers of `inkling`, saved, and exported again', () => {
  const { before, after, reloaded, exported, saved } = node(`
    import { readFile, writeFile } from 'node:fs/promises'
    import { adam, createDataset, loadModel } from 'inkling'
    import { exportOnnx, loadOnnx, verifyOnnx } from 'inkling/onnx'
    const model = await (await loadOnnx(await readFile('digits.onnx'))).toModel({ channelsLast: true })
    const features = Float32Array.from({ length: 40 * 196 }, (_, i) => ((i * 7919) % 97) / 97 + (i % 196 < 98 === i % 392 < 196 ? 0.5 : 0))
    const data = createDataset({
      name: 'halves', shape: [14, 14, 1], classes: [...'0123456789'], features, labels: Array.from({ length: 40 }, (_, i) => i % 2),
    })
    const before = (await model.evaluate(data)).loss
    await model.fit(data, { epochs: 8, batchSize: 10, optimizer: adam(0.01) })
    const after = (await model.evaluate(data)).loss
    await model.save('trained.safetensors')
    const saved = (await (await loadModel('trained.safetensors')).evaluate(data)).loss
    const bytes = exportOnnx(model)
    const exported = await verifyOnnx(bytes, model)
    const again = await loadOnnx(bytes)
    const out = await again.run({ image: { shape: [40, 14, 14, 1], data: features } })
    const model2 = await again.toModel()
    console.log(JSON.stringify({ before, after, saved, exported, reloaded: (await model2.evaluate(data)).loss }))`)
  expect(after).toBeLessThan(0.5 * before)
  expect(saved).toBe(after)
  expect(Math.abs(reloaded - after)).toBeLessThan(1e-5)
  expect(exported.sameAnswers).toBe(exported.examples)
})

test('its types say what goes in and what comes out', () => {
  writeFileSync(
    join(folder, 'typed.ts'),
    `import { loadOnnx, type OnnxOutput } from 'inkling/onnx'
     export async function probabilities(bytes: Uint8Array, data: Float32Array): Promise<Float32Array | Int32Array> {
       const m = await loadOnnx(bytes)
       const out: Record<string, OnnxOutput> = await m.run({ image: { shape: [1, 28, 28, 1], data } })
       // @ts-expect-error an input needs its shape
       await m.run({ image: { data } })
       return out.probabilities.data
     }`,
  )
  const settings = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--lib', 'esnext,dom']
  const command = [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...settings,
    '--types',
    '',
    '--ignoreConfig',
    'typed.ts',
  ]
  const { stdout, status } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

describe.skipIf(!findChromium())('in Chromium', () => {
  let site: Site
  beforeAll(async () => {
    site = await openSite(folder)
  })
  afterAll(() => site?.close())

  test('it predicts and learns in a page without cross-origin isolation, under a strict policy', async () => {
    writeFileSync(
      join(folder, 'page.js'),
      `import { loadOnnx } from './node_modules/inkling/dist/onnx.js'
       const { models } = await (await fetch('recorded.json')).json()
       const m = await loadOnnx(await (await fetch('digits.onnx')).arrayBuffer())
       const { x, y0 } = models.digits.runs[0]
       const out = await m.run({ x })
       const difference = y0.data.reduce((most, value, i) => Math.max(most, Math.abs(value - out.y0.data[i])), 0)
       const model = await m.toModel({ channelsLast: true })
       const features = Float32Array.from({ length: 20 * 196 }, (_, i) => i % 196 < 98 === i % 392 < 196 ? 1 : 0)
       const classes = [...'0123456789']
       const labels = Int32Array.from({ length: 20 }, (_, i) => i % 2)
       const data = { name: 'halves', shape: [14, 14, 1], classes, length: 20, features, labels }
       await model.fit(data, { epochs: 40, batchSize: 10 })
       globalThis.answer = [out.y0.shape, difference < 2e-6, (await model.evaluate(data)).accuracy]`,
    )
    writeFileSync(join(folder, 'page.html'), '<!doctype html><script type="module" src="page.js"></script>')
    const { page, trouble } = await site.open('/page.html?csp')
    await page.waitForFunction(() => 'answer' in globalThis).catch(() => {})
    expect(trouble).toEqual([])
    expect(await page.evaluate(() => (globalThis as unknown as { answer: unknown }).answer)).toEqual([[1, 10], true, 1])
    await page.close()
  })
})

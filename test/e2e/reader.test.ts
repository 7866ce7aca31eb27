import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../cli/inkling.ts'
import { findChromium } from '../report/browser.ts'
import { installPacked } from './packed.ts'
import { openSite, type Site } from './site.ts'

// `inkling/reader` as an app gets it: from the packed tarball, in an empty folder, with no other package beside it.

type Strokes = { x: number; y: number }[][]
const line = (...points: [number, number][]) => points.map(([x, y]) => ({ x, y }))
const oval = (cx: number, cy: number, rx: number, ry: number) =>
  Array.from({ length: 33 }, (_, i) => {
    const turn = (i / 32) * 2 * Math.PI - Math.PI / 2
    return { x: cx + rx * Math.cos(turn), y: cy + ry * Math.sin(turn) }
  })
const digits: Record<string, Strokes> = {
  0: [oval(140, 140, 55, 85)],
  1: [line([145, 50], [140, 230])],
  4: [line([105, 50], [85, 150], [200, 150]), line([175, 70], [165, 235])],
  7: [line([80, 60], [195, 60], [120, 235])],
  8: [oval(140, 95, 42, 45), oval(140, 187, 52, 47)],
}
/** A symbol that the readers don't know: an hourglass lying down. */
const bow = (dx: number, dy: number): Strokes => [
  line([50 + dx, 80], [50, 200 + dy], [230, 80 + dy], [230 - dx, 200], [50 + dx, 80]),
]

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-reader-'))
  installPacked(folder)
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true })
  symlinkSync(join(folder, 'node_modules'), join(folder, 'examples/ink-pad/node_modules'), 'junction')
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the Node example reads pictures as the command line does', () => {
  const picture = join(folder, 'seven.png')
  writeFileSync(picture, encode({ width: 280, height: 280, data: drawnInk(280, 280, digits[7]), channels: 1 }))
  const example = spawnSync(process.execPath, ['examples/node/read.mjs', picture], { cwd: folder, encoding: 'utf8' })
  expect(example.stderr).toBe('')
  expect(example.stdout).toMatch(/seven\.png: 7 \(\d+\.\d %\)/)
  const command = [`${root}bin/inkling.mjs`, 'predict', picture, '--model', 'reader', '--json']
  const line = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
  const [{ label, probability }] = JSON.parse(line.stdout).predictions
  expect(label).toBe('7')
  expect(example.stdout).toContain(`(${(100 * probability).toFixed(1)} %)`)
})

describe.skipIf(!findChromium())('in Chromium', () => {
  let site: Site

  beforeAll(async () => {
    const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']
    const app = join(folder, 'examples/web-app')
    const built = spawnSync(process.execPath, vite, { cwd: app, encoding: 'utf8' })
    expect(built.status, built.stderr).toBe(0)
    expect(built.stderr).toBe('')
    site = await openSite(folder)
  }, 120_000)
  afterAll(async () => {
    await site?.close()
  })

  async function draw(page: Page, selector: string, strokes: Strokes): Promise<void> {
    const box = (await page.locator(selector).boundingBox())!
    for (const [first, ...rest] of strokes) {
      await page.mouse.move(box.x + first.x, box.y + first.y)
      await page.mouse.down()
      for (const { x, y } of rest) await page.mouse.move(box.x + x, box.y + y, { steps: rest.length > 8 ? 1 : 8 })
      await page.mouse.up()
    }
  }

  test('the Vite app reads digits drawn with the mouse and learns a new symbol', async () => {
    const { page, trouble } = await site.open('/examples/web-app/dist/index.html?csp')
    await page.waitForFunction(() => document.getElementById('reading')?.textContent === 'Ready.')
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    const read = async (strokes: Strokes) => {
      await page.click('#clear')
      await draw(page, '#pad', strokes)
      await page.waitForFunction(() => /sure$/.test(document.getElementById('reading')?.textContent ?? ''))
      return (await page.textContent('#reading'))?.split(',')[0]
    }
    for (const [digit, strokes] of Object.entries(digits)) expect(await read(strokes)).toBe(digit)

    for (const [dx, dy] of [
      [0, 0],
      [8, -6],
      [-8, 8],
      [4, 10],
    ] as const) {
      await page.click('#clear')
      await draw(page, '#pad', bow(dx, dy))
      await page.fill('#label', 'bow')
      await page.click('#teach button:not([type])')
    }
    await page.click('#learn')
    await page.waitForFunction(() =>
      /now knows .*bow/.test((document.getElementById('lessons') as HTMLOutputElement).value),
    )
    expect(await read(bow(-4, -4))).toBe('bow')
    for (const [digit, strokes] of Object.entries(digits)) expect(await read(strokes)).toBe(digit)
    expect(trouble).toEqual([])
    await page.close()
  }, 300_000)

  test('the web component works from a static server, without a bundler', async () => {
    const { page, trouble } = await site.open('/examples/ink-pad/index.html')
    await draw(page, 'ink-pad', digits[7])
    await page.waitForFunction(() => document.querySelector('output')?.value !== '')
    expect(await page.evaluate(() => document.querySelector('output')?.value)).toMatch(/^7 \(\d+ %\)$/)
    expect(trouble).toEqual([])
    await page.close()
  })

  test('it runs in a worker', async () => {
    writeFileSync(
      join(folder, 'worker.js'),
      `import { loadReader } from './node_modules/inkling/dist/reader.js'
       const reader = await loadReader({ model: 'pocket-reader' })
       const canvas = new OffscreenCanvas(200, 240)
       const pen = canvas.getContext('2d')
       pen.lineWidth = 14
       for (const [first, ...rest] of ${JSON.stringify(digits[7])}) {
         pen.moveTo(first.x, first.y)
         for (const { x, y } of rest) pen.lineTo(x, y)
       }
       pen.stroke()
       postMessage([reader.engine, (await reader.predict(canvas)).label, (await reader.predict(await canvas.convertToBlob())).label])`,
    )
    writeFileSync(join(folder, 'worker.html'), '<!doctype html><title>worker</title>')
    const { page, trouble } = await site.open('/worker.html?csp')
    const answer = await page.evaluate(
      () =>
        new Promise(resolve => {
          const worker = new Worker('./worker.js', { type: 'module' })
          worker.onmessage = event => resolve(event.data)
          worker.onerror = event => resolve(String(event.message))
        }),
    )
    expect(answer).toEqual(['wasm', '7', '7'])
    expect(trouble).toEqual([])
    await page.close()
  })

  test('where WebAssembly is forbidden it goes on in plain JavaScript', async () => {
    writeFileSync(
      join(folder, 'plain.js'),
      `import { loadReader } from './node_modules/inkling/dist/reader.js'
       const reader = await loadReader()
       globalThis.answer = [reader.engine, (await reader.predict(${JSON.stringify(digits[4])})).label]`,
    )
    writeFileSync(join(folder, 'plain.html'), '<!doctype html><script type="module" src="plain.js"></script>')
    const { page } = await site.open('/plain.html?nowasm')
    await page.waitForFunction(() => 'answer' in globalThis)
    expect(await page.evaluate(() => (globalThis as unknown as { answer: unknown }).answer)).toEqual([
      'javascript',
      '4',
    ])
    await page.close()
  })
})

/** Strokes as dark ink on light paper. */
function drawnInk(width: number, height: number, strokes: Strokes): Uint8Array {
  const data = new Uint8Array(width * height).fill(250)
  for (const stroke of strokes)
    for (let i = 1; i < stroke.length; i++)
      for (let t = 0; t <= 1; t += 0.005) {
        const [x, y] = (['x', 'y'] as const).map(k => stroke[i - 1][k] + t * (stroke[i][k] - stroke[i - 1][k]))
        for (let dy = -7; dy <= 7; dy++)
          for (let dx = -7; dx <= 7; dx++)
            if (dx * dx + dy * dy <= 49) data[Math.round(y + dy) * width + Math.round(x + dx)] = 20
      }
  return data
}

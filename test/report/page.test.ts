import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confusionChart } from '../../src/report/charts/index.ts'
import { writeReport } from '../../src/report/index.ts'
import { findChromium, launchChromium } from './browser.ts'
import { hostileNames, madeReport } from './made.ts'

const chromium = findChromium()
if (!chromium) console.warn('No Chromium was found (set CHROMIUM_PATH): the report is not tried in a browser.')

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const reports = {
  digits: madeReport({ n: 600 }),
  'hostile class names': madeReport({ classes: hostileNames, n: 200, skill: 6 }),
  '30 classes': madeReport({ classes: Array.from({ length: 30 }, (_, k) => `class number ${k}`), n: 300 }),
}

describe.skipIf(!chromium)('in a browser', () => {
  let browser: Browser
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'inkling-page-'))
    for (const [name, input] of Object.entries(reports)) await writeReport(join(dir, `${name}.html`), input)
    browser = await launchChromium(chromium!)
  })
  afterAll(async () => {
    await browser?.close()
    await rm(dir, { recursive: true, force: true })
  })

  /** Opens a report, and gathers whatever it should not do. */
  async function open(name: string, width: number, colorScheme: 'light' | 'dark') {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    const page = await context.newPage()
    const troubles: string[] = []
    page.on('console', m => troubles.push(`console: ${m.text()}`))
    page.on('pageerror', e => troubles.push(`error: ${e.message}`))
    page.on('dialog', d => {
      troubles.push(`dialog: ${d.message()}`)
      return d.dismiss()
    })
    const url = pathToFileURL(join(dir, `${name}.html`)).href
    page.on('request', r => {
      if (r.url() !== url && !r.url().startsWith('data:')) troubles.push(`request: ${r.url()}`)
    })
    await page.goto(url)
    return { page, troubles, [Symbol.asyncDispose]: () => context.close() }
  }

  const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

  describe.each(Object.keys(reports))('%s', name => {
    test.each([
      [1280, 'light'],
      [1280, 'dark'],
      [390, 'light'],
      [390, 'dark'],
    ] as const)('%d pixels wide, %s', async (width, scheme) => {
      await using opened = await open(name, width, scheme)
      const { page, troubles } = opened
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      await page.evaluate(axe)
      const violations = await page.evaluate(async () => {
        const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run()
        return violations
          .filter(v => v.impact === 'serious' || v.impact === 'critical')
          .map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' | ')}`)
      })
      expect(violations).toEqual([])
      expect(troubles).toEqual([])
    })
  })

  test('a cell of the matrix opens its pictures, by pointer and by key', async () => {
    await using opened = await open('digits', 1280, 'light')
    const { page } = opened
    const cells = await page.$$eval('svg a', list => list.map(a => a.getAttribute('href')!.slice(1)))
    await page.click(`svg a[href="#${cells[1]}"]`)
    expect(await page.$$eval('.cell', list => list.filter(c => c.checkVisibility()).map(c => c.id))).toEqual([cells[1]])
    await page.focus(`svg a[href="#${cells[2]}"]`)
    await page.keyboard.press('Enter')
    expect(await page.$$eval('.cell', list => list.filter(c => c.checkVisibility()).map(c => c.id))).toEqual([cells[2]])
  })

  test('a tooltip tells what a cell means', async () => {
    await using opened = await open('digits', 1280, 'light')
    await opened.page.hover('svg a rect')
    const said = /^\d read as \d: \d+ of \d+ \(/
    expect(await opened.page.textContent('.tip.on')).toMatch(said)
    await opened.page.mouse.move(0, 0)
    expect(await opened.page.locator('.tip.on').count()).toBe(0)
    await opened.page.focus('.worst a')
    await opened.page.keyboard.press('Shift+Tab')
    await opened.page.keyboard.press('Shift+Tab')
    expect(await opened.page.evaluate(() => document.activeElement?.closest('svg') !== null)).toBe(true)
    expect(await opened.page.textContent('.tip.on')).toMatch(said)
  })

  test('the toggle changes between light and dark, and the choice lasts', async () => {
    await using opened = await open('digits', 1280, 'dark')
    const { page } = opened
    const dark = await paper(page)
    await page.click('#theme')
    const light = await paper(page)
    expect(light).not.toBe(dark)
    // A busy Chromium may read its store before it has written it.
    const reloaded = async () => {
      await page.reload()
      return await paper(page)
    }
    await expect.poll(reloaded).toBe(light)
    await page.click('#theme')
    expect(await paper(page)).toBe(dark)
  })

  test('without scripts the worst confusion is shown, and a link opens another', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(pathToFileURL(join(dir, 'digits.html')).href)
    expect(await page.locator('.cell.first').isVisible()).toBe(true)
    const other = page.locator('.worst a').nth(1)
    const id = await other.getAttribute('href')
    await other.click()
    expect(await page.locator(id!).isVisible()).toBe(true)
    expect(await page.locator('.cell.first').isVisible()).toBe(false)
    await context.close()
  })

  test('of a confusion chart no name is cut off, and no count is wider than its cell', async () => {
    const page = await browser.newPage()
    for (const [classes, most] of [
      [['normal', 'abnormal'], 52_299],
      [['0', '1', '2'], 1_234_567],
      [Array.from({ length: 30 }, (_, k) => `class number ${k}`), 88],
    ] as const) {
      const counts = classes.map(() => classes.map(() => most))
      await page.setContent(confusionChart(counts, classes, { name: 'made', description: 'a made one' }))
      const outside = await page.evaluate(() => {
        const all = (document.querySelector('svg') as SVGElement).getBoundingClientRect()
        const [cell] = [...document.querySelectorAll('rect')].map(rect => rect.getBoundingClientRect().width)
        return [...document.querySelectorAll('text')].flatMap(text => {
          const { left, right, top, bottom, width } = text.getBoundingClientRect()
          const whole = left >= all.left && right <= all.right + 1 && top >= all.top - 1 && bottom <= all.bottom
          const fits = !/^[\d,]{2,}$/.test(text.textContent as string) || width <= cell
          return whole && fits ? [] : [text.textContent]
        })
      })
      expect(outside, `${classes.length} classes`).toEqual([])
    }
    await page.close()
  })
})

import { spawn } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newestRun } from '../../src/training/runFolder.ts'
import { root } from '../cli/inkling.ts'
import { installPacked } from '../e2e/packed.ts'
import { openSite } from '../e2e/site.ts'
import { findChromium } from '../report/browser.ts'
import { blocksOf, commandsOf, cutShort, notTested } from './blocks.ts'
import { prepare } from './data.ts'

// Every shell block of README and docs is run, line by line, in an empty folder that has the packed package and the files
// that the page speaks of (data.ts), small and drawn. `runs/<id>` is the newest run; trainings are cut to one epoch.
const pages = ['README.md', 'examples/README.md', ...globSync('docs/*.md', { cwd: root }).sort()]
/** Lines that are not run, though their blocks are, with the reason. */
const notRun = new Map([['npx inkling data fetch mnist', 'needs the network; test/data/fetch.test.ts tests it']])
const shell = (page: string) => blocksOf(readFileSync(join(root, page), 'utf8')).filter(b => b.language === 'sh')

test('commands stand in blocks of their own kind, so that they are run', () => {
  for (const page of pages)
    for (const { language, text, line } of blocksOf(readFileSync(join(root, page), 'utf8')))
      if (language !== 'sh') expect(text, `${page}:${line}`).not.toMatch(/^\s*(\$ )?(npx|npm|inkling|node) /m)
})

test('what is not run is listed here', () => {
  const list = pages.flatMap(page =>
    shell(page)
      .flatMap(block => notTested(block) ?? [])
      .map(why => `${page}: ${why}`),
  )
  expect(list).toEqual([
    'README.md: the first is tested by test/e2e/start.test.ts, the second is this very run',
    'docs/performance.md: runs for minutes in the checkout; test/bench tests its parts',
  ])
})

describe.skipIf(process.platform === 'win32')('the commands of', () => {
  let home: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'inkling-docs-'))
    const installed = installPacked(home, { dependencies: true })
    // What `npx` would look up, and what `npm install` has done already.
    const shim = (name: string, lines: string[]) => {
      mkdirSync(join(home, 'shims'), { recursive: true })
      writeFileSync(join(home, 'shims', name), ['#!/bin/sh', ...lines, ''].join('\n'))
      chmodSync(join(home, 'shims', name), 0o755)
    }
    const quoted = (path: string) => `"${path}"`
    const node = quoted(process.execPath)
    shim('npx', [
      'name="$1"; shift',
      `case "$name" in`,
      `inkling) exec ${node} ${quoted(join(installed, 'bin/inkling.mjs'))} "$@";;`,
      `vite) exec ${node} ${quoted(join(root, 'node_modules/vite/bin/vite.js'))} "$@";;`,
      'esac; echo "npx $name is not known to this test" >&2; exit 1',
    ])
    shim('npm', ['[ "$1" = install ]'])
    shim('node', [`exec ${node} "$@"`])
  }, 300_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  const withCommands = pages.filter(page => shell(page).some(block => !notTested(block)))
  test.each(withCommands)('%s', { timeout: 300_000 }, async page => {
    const folder = join(home, page.replace(/\W/g, '-'))
    mkdirSync(folder)
    prepare(folder)
    for (const block of blocksOf(readFileSync(join(root, page), 'utf8'))) {
      const file = /^file=(\S+)$/.exec(block.note)?.[1]
      if (file) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), block.text)
      }
      if (block.language !== 'sh' || notTested(block)) continue
      for (const command of commandsOf(block).filter(line => !notRun.has(line))) {
        const where = `${page}:${block.line}: ${command}`
        const { status, output } = await run(command, folder)
        expect(status, `${where}\n${output}`).toBe(0)
        expect(output, where).not.toMatch(/^error: |^\s+at .*:\d+:\d+/m)
      }
    }
  })

  test.skipIf(!findChromium())('the page that docs/web-app.md builds reads what is drawn', async () => {
    const site = await openSite(join(home, 'docs-web-app-md'))
    const { page, trouble } = await site.open('/dist/index.html?csp')
    await page.waitForFunction(() => document.getElementById('reading')?.textContent === 'Draw a digit.')
    const box = (await page.locator('#pad').boundingBox())!
    const seven = [80, 60, 195, 60, 150, 140, 120, 235]
    await page.mouse.move(box.x + seven[0], box.y + seven[1])
    await page.mouse.down()
    for (let i = 2; i < seven.length; i += 2)
      await page.mouse.move(box.x + seven[i], box.y + seven[i + 1], { steps: 8 })
    await page.mouse.up()
    await page.waitForFunction(() => document.getElementById('reading')?.textContent?.includes('%'))
    expect(await page.textContent('#reading')).toMatch(/^7, \d+ % \(then \d\)$/)
    expect(trouble).toEqual([])
    await site.close()
  })

  /** Runs one line. What serves until Ctrl-C gets one when it serves. */
  function run(line: string, folder: string): Promise<{ status: number | null; output: string }> {
    const newest = () => newestRun(join(folder, 'runs'))?.slice(folder.length + 1) ?? 'runs/none-yet'
    const command = cutShort(line.replaceAll('runs/<id>', newest))
    const serves = /\binkling (report|start)\b/.test(command)
    const data = join(folder, '.data')
    const child = spawn('sh', ['-c', `exec ${command}`], {
      cwd: folder,
      env: {
        ...process.env,
        ...{ PATH: `${join(home, 'shims')}:${process.env.PATH}`, INKLING_DATA: data, NODE_OPTIONS: '' },
        ...{ XDG_CACHE_HOME: join(home, 'cache'), HOME: home },
      },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', piece => {
        output += piece
        if (serves && /http:\/\/127/.test(output)) child.kill('SIGINT')
      })
    return new Promise(resolve => child.on('close', status => resolve({ status, output })))
  }
})

test('links between pages lead somewhere', () => {
  for (const page of [...pages, 'CONTRIBUTING.md']) {
    const text = readFileSync(join(root, page), 'utf8')
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g))
      expect(existsSync(join(root, dirname(page), target)), `${page} links to ${target}`).toBe(true)
  }
})

import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Page } from 'playwright-core'
import { findChromium, launchChromium } from '../report/browser.ts'

/** A folder served to Chromium, with all other hosts out of reach. */
export interface Site {
  /** Opens a page. What it asked of other hosts and its errors are collected. */
  open(path: string): Promise<{ page: Page; trouble: string[] }>
  close(): Promise<void>
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
}

/** Headers that a page asks for by its address: `page.html?csp`. */
const asked: Record<string, Record<string, string>> = {
  '?csp': { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
  '?nowasm': { 'content-security-policy': "default-src 'self'" },
}

/** Serves `folder` and starts the Chromium that {@link findChromium} found. */
export async function openSite(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
    const file = join(folder, normalize(pathname))
    if (pathname === '/favicon.ico') return response.writeHead(204).end()
    if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end()
    const type = { 'content-type': types[extname(file)] ?? 'application/octet-stream' }
    response.writeHead(200, { ...type, ...asked[search] })
    response.end(readFileSync(file))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launchChromium(findChromium() as string)
  return {
    async open(path) {
      const page = await browser.newPage()
      // A page that learns on a busy machine takes its time; a test's own limit ends what hangs.
      page.setDefaultTimeout(0)
      const trouble: string[] = []
      await page.route(
        url => url.origin !== origin && !/^(blob|data):/.test(url.protocol),
        route => {
          trouble.push(`asked for ${route.request().url()}`)
          return route.abort()
        },
      )
      page.on('pageerror', error => trouble.push(String(error)))
      page.on('console', message => message.type() === 'error' && trouble.push(message.text()))
      page.on('requestfailed', request => trouble.push(`failed: ${request.url()}`))
      page.on(
        'response',
        response => response.status() >= 400 && trouble.push(`${response.status()} ${response.url()}`),
      )
      await page.goto(`${origin}${path}`)
      return { page, trouble }
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}

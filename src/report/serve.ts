import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { InklingError } from '../errors.ts'

export interface ServeOptions {
  /** The run folder, with report.html in it. */
  dir: string
  /** Exactly this port (0: any free one). Default: 4173 or the next free one. */
  port?: number
}

export interface ServedReport {
  /** 'http://127.0.0.1:4173/' */
  url: string
  port: number
  /** Stops serving and drops open connections. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const FIRST_PORT = 4173
const TRIES = 50

/** What of a run folder is served: the report and its figures, never anything else that lies there. */
const files: Record<string, [file: string, type: string]> = {
  '/': ['report.html', 'text/html; charset=utf-8'],
  '/report.html': ['report.html', 'text/html; charset=utf-8'],
  '/evaluation.json': ['evaluation.json', 'application/json; charset=utf-8'],
  '/config.json': ['config.json', 'application/json; charset=utf-8'],
  '/metrics.jsonl': ['metrics.jsonl', 'application/jsonl; charset=utf-8'],
}

/** In the folder of a cross-validation: the reports of its folds. */
const FOLD = /^fold-\d+$/

/** The handler behind `serveReport`, to be tried without a socket. Files are read anew on every request. */
export function reportApp(dir: string): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    // A page elsewhere can point its own name at 127.0.0.1 and read what it serves: only our names are answered.
    const host = new URL(c.req.url).hostname
    if (host !== HOST && host !== 'localhost') return c.text('This server answers to 127.0.0.1 only.\n', 421)
    await next()
    c.header('X-Content-Type-Options', 'nosniff')
    c.header('Cache-Control', 'no-store')
  })
  for (const [path, [file, type]] of Object.entries(files)) {
    app.get(path, async c => {
      try {
        return c.body(await readFile(join(dir, file)), 200, { 'Content-Type': type })
      } catch {
        return c.text(`There is no ${file} in this run (any more).\n`, 404)
      }
    })
  }
  app.get('/:fold/report.html', async (c, next) => {
    const fold = c.req.param('fold')
    if (!FOLD.test(fold)) return await next()
    try {
      return c.body(await readFile(join(dir, fold, 'report.html')), 200, { 'Content-Type': 'text/html; charset=utf-8' })
    } catch {
      return c.text(`There is no report of ${fold} (any more).\n`, 404)
    }
  })
  app.notFound(c => c.text('Not found.\n', 404))
  return app
}

/**
 * Serves the report of a run folder on 127.0.0.1 until closed.
 * @throws InklingError when there is no report or the port that was asked for is in use
 */
export async function serveReport({ dir, port }: ServeOptions): Promise<ServedReport> {
  if (!existsSync(join(dir, 'report.html'))) {
    throw new InklingError(`there is no report.html in ${dir}`, {
      hint: 'Give the folder of a finished run.',
    })
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    throw new InklingError(`a port is a whole number from 0 to 65535, not ${port}`, { exitCode: 2 })
  }
  const app = reportApp(dir)
  const asked = port !== undefined
  const first = port ?? FIRST_PORT
  for (let candidate = first; candidate < first + TRIES; candidate++) {
    const server = createAdaptorServer({ fetch: app.fetch })
    try {
      await listen(server, candidate)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE' && !asked) continue
      if (code === 'EADDRINUSE') {
        throw new InklingError(`port ${candidate} is in use`, {
          hint: 'Choose another with --port, or leave --port out to take the next free one.',
          cause: error,
        })
      }
      throw new InklingError(`cannot listen on port ${candidate}: ${code ?? (error as Error).message}`, {
        hint: 'Choose another port with --port.',
        cause: error,
      })
    }
    const at = (server.address() as AddressInfo).port
    return { url: `http://${HOST}:${at}/`, port: at, close: () => close(server) }
  }
  throw new InklingError(`ports ${first} to ${first + TRIES - 1} are all in use`, {
    hint: 'Choose another with --port.',
  })
}

function listen(server: ServerType, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: ServerType): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}

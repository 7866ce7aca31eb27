import { createServer } from 'node:net'
import { InklingError } from '../errors.ts'
import { onInterrupt } from './interrupt.ts'
import type { Output } from './output.ts'

/** Serves the report of a run until Ctrl-C, which is how it is meant to end: the exit code is 0. */
export async function serveUntilInterrupted(run: string, port: number | undefined, output: Output): Promise<void> {
  const { serveReport } = await import('../report/index.ts')
  const { url, close } = await serveReport({ dir: run, port })
  output.note(`Report: ${url}  (Ctrl-C ends)`)
  await new Promise<void>(resolve => onInterrupt(resolve))
  await close()
}

/** Throws when a port that was asked for is taken: to be known before a training, not after it. */
export async function checkPort(port: number | undefined): Promise<void> {
  if (port === undefined) return
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${error.message}`
      reject(
        new InklingError(`port ${port} ${reason}`, {
          hint: 'Choose another with --port, or leave it out.',
          cause: error,
        }),
      )
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}

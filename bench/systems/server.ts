import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { RequestName, Requests } from './protocol.ts'

/** What a system said it can't do, and why. */
export class CannotError extends Error {}

interface Waiting {
  resolve(line: string): void
  reject(error: Error): void
}

/** A system in a process of its own, asked by lines of JSON. */
export class Server {
  readonly #child: ChildProcess
  #waiting: Waiting | undefined
  #ended: string | undefined
  #errors = ''

  constructor(command: string, args: readonly string[], environment: Record<string, string | undefined> = {}) {
    const env = { ...process.env, ...environment }
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env })
    this.#child.stdin!.on('error', () => {}) // the exit tells
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000)
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      // Libraries may print; replies are objects.
      if (!line.startsWith('{')) return
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting?.resolve(line)
    })
    this.#child.once('error', error => this.#end(error.message))
    this.#child.once('close', (code, signal) => this.#end(`it ended with ${signal ?? `code ${code}`}`))
  }

  get alive(): boolean {
    return this.#ended === undefined
  }

  /**
   * Asks and waits for the reply.
   * @throws CannotError with the system's own reason, or because it ended or took longer than `seconds` (it is ended then)
   */
  async ask<N extends RequestName>(
    name: N,
    request: Requests[N]['request'],
    seconds = 300,
  ): Promise<Requests[N]['ok']> {
    if (this.#ended !== undefined) throw new CannotError(this.#ended)
    let timer: NodeJS.Timeout | undefined
    const line = await new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject }
      timer = setTimeout(() => {
        this.#end(`no answer to ${name} after ${seconds} s`)
        this.#child.kill('SIGKILL')
      }, seconds * 1000)
      this.#child.stdin!.write(`${JSON.stringify({ do: name, ...request })}\n`)
    }).finally(() => clearTimeout(timer))
    const reply = JSON.parse(line) as { ok?: Requests[N]['ok']; error?: string }
    if (reply.ok === undefined) throw new CannotError(reply.error ?? 'no reason given')
    return reply.ok
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return
    const last = this.#errors.trim().split('\n').pop()
    this.#ended = last ? `${reason}: ${last}` : reason
    this.#waiting?.reject(new CannotError(this.#ended))
    this.#waiting = undefined
  }

  /** Lets the process go: it ends when its input does. */
  async close(): Promise<void> {
    if (!this.alive) return
    const closed = new Promise(resolve => this.#child.once('close', resolve))
    this.#child.stdin!.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2000)
    await closed
    clearTimeout(timer)
  }
}

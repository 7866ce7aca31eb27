// The serving half of bench/systems/protocol.ts: reads requests from standard input, answers one after the other.
import { createInterface } from 'node:readline'

/**
 * Serves until the input ends.
 *
 * @param {Record<string, (request: any) => any>} handlers by request name; what they throw becomes the reason of a refusal
 */
export async function serve(handlers) {
  // Libraries that print must not disturb the replies.
  const write = process.stdout.write.bind(process.stdout)
  console.log = console.error
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    let reply
    try {
      const handler = handlers[request.do]
      if (!handler) throw new Error(`no such request: ${request.do}`)
      reply = { ok: (await handler(request)) ?? {} }
    } catch (error) {
      reply = {
        error: String(error?.message ?? error)
          .split('\n')[0]
          .slice(0, 300),
      }
      if (process.env.BENCH_TRACE) console.error(error)
    }
    write(`${JSON.stringify(reply)}\n`)
  }
}

/**
 * Handlers of `prepare`, `run` and `release` for a system.
 *
 * @param {(request: any) => Promise<() => any> | (() => any)} build gives the pass as a function that runs it once
 */
export function passes(build) {
  const handles = new Map()
  let next = 1
  return {
    async prepare(request) {
      const once = await build(request)
      // Warm: engines compile their code while they run.
      const until = performance.now() + 300
      let runs = 0
      do {
        await once()
        runs++
      } while (performance.now() < until || (runs < 3 && performance.now() < until + 2000))
      handles.set(next, once)
      return { handle: next++ }
    },
    async run({ handle, milliseconds, least }) {
      const once = handles.get(handle)
      const times = []
      const until = performance.now() + milliseconds
      do {
        const start = performance.now()
        await once()
        times.push(performance.now() - start)
        // What takes that long is not worth a second time.
      } while (times[0] < 5000 && (times.length < least || performance.now() < until))
      return { times }
    },
    release({ handle }) {
      handles.delete(handle)
    },
  }
}

/** Numbers in [-1, 1), the same at every run. */
export function numbers(count, seed = 1) {
  const values = new Float32Array(count)
  let state = (seed * 2654435761) | 0
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    values[i] = state / 2 ** 31
  }
  return values
}

/** Class numbers below `classes`. */
export function labels(count, classes, seed = 7) {
  return Int32Array.from(numbers(count, seed), v => Math.floor(((v + 1) / 2) * classes))
}

export const sizeOf = shape => shape.reduce((product, n) => product * n, 1)

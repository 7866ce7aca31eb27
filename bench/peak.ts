import { RECORD_BYTES, writeCommand } from '../src/engine/backends/wasm/commands.ts'
import type { Runtime } from '../src/engine/backends/wasm/runtime.ts'

// Half a millisecond: long against starting it, short enough to run undisturbed now and then.
const ROUNDS = 300_000

/**
 * Floating-point operations per second of multiply-adds that never leave the registers, on all threads of the runtime:
 * of `milliseconds` of trying the fastest tenth. Nothing can be faster with vectors of this width.
 *
 * @param address of free engine memory, a multiple of 64
 */
export async function measureFmaPeak(runtime: Runtime, address: number, milliseconds: number): Promise<number> {
  runtime.reserve(address + RECORD_BYTES)
  writeCommand(runtime.buffer, address, 'fmaPeak', { rounds: ROUNDS })
  const vector = runtime.variant === 'wide' ? 8 : 4
  const flops = 2 * 12 * vector * ROUNDS * runtime.threads
  const times: number[] = []
  const until = performance.now() + milliseconds
  do {
    const start = performance.now()
    await runtime.run({ list: address, count: 1, slot: 0 })
    times.push(performance.now() - start)
  } while (performance.now() < until)
  // Not the very best: clocks of virtual machines jump now and then.
  times.sort((a, b) => a - b)
  return (flops * 1000) / times[Math.floor(times.length / 10)]
}

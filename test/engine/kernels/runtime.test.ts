import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { opcodeOf, RECORD_BYTES, writeCommand } from '../../../src/engine/backends/wasm/commands.ts'
import { compileKernels } from '../../../src/engine/backends/wasm/locate.ts'
import { createMemory, layout } from '../../../src/engine/backends/wasm/memory.ts'
import { measurePeak } from '../../../src/engine/backends/wasm/peak.ts'
import { createRuntime, type Runtime } from '../../../src/engine/backends/wasm/runtime.ts'

const all: [string, { threads: number }][] = [
  ['the calling thread', { threads: 0 }],
  ['one worker', { threads: 1 }],
  ['three workers', { threads: 3 }],
]

/** Writes a list of one fill at list number `at`, filling the 1000 floats of block `at`. */
function fillJob(runtime: Runtime, at: number, value: number, dst = blockOf(runtime, at)) {
  const list = runtime.dataStart + at * RECORD_BYTES
  writeCommand(runtime.buffer, list, 'fill', { dst, count: 1000, value })
  return { list, count: 1, slot: 0 }
}
const blockOf = (runtime: Runtime, at: number) => runtime.dataStart + 65536 + at * 4096

describe.each(all)('runtime on %s', (_, options) => {
  test('runs jobs in order, more than the ring holds, and closes', async () => {
    const runtime = await createRuntime(options)
    runtime.reserve(blockOf(runtime, 101))
    const order: number[] = []
    const same = blockOf(runtime, 0)
    const jobs = Array.from({ length: 100 }, (_, i) =>
      runtime.run(fillJob(runtime, i, i, same)).then(() => void order.push(i)),
    )
    await Promise.all(jobs)
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(new Float32Array(runtime.buffer, same, 1000).every(v => v === 99)).toBe(true)
    await runtime.close()
    await expect(runtime.run(fillJob(runtime, 0, 0))).rejects.toThrow('closed')
  })

  test('wakes up after a pause and after the memory has grown', async () => {
    const runtime = await createRuntime(options)
    runtime.reserve(blockOf(runtime, 2))
    await runtime.run(fillJob(runtime, 0, 1))
    await new Promise(resolve => setTimeout(resolve, 30))
    const far = runtime.dataStart + 40 * 2 ** 20
    runtime.reserve(far + 4000)
    await runtime.run(fillJob(runtime, 1, 7, far))
    expect(new Float32Array(runtime.buffer, far, 1000).every(v => v === 7)).toBe(true)
    await runtime.close()
  })

  test('a kernel that traps rejects all jobs in flight with a clear error', async () => {
    const runtime = await createRuntime(options)
    runtime.reserve(blockOf(runtime, 3))
    const bad = fillJob(runtime, 0, 1)
    new Int32Array(runtime.buffer)[bad.list / 4] = 999
    const first = runtime.run(bad)
    const second = options.threads ? runtime.run(fillJob(runtime, 1, 1)) : first
    await expect(first).rejects.toThrow(/kernel failed.*unreachable/)
    await expect(second).rejects.toThrow(/kernel failed/)
    if (options.threads) await expect(runtime.run(fillJob(runtime, 1, 1))).rejects.toThrow(/kernel failed/)
    await runtime.close()
  })
})

describe('runtime', () => {
  test('refuses thread counts that make no sense', async () => {
    for (const threads of [-1, 1.5, 1000]) await expect(createRuntime({ threads })).rejects.toThrow('threads')
  })

  test('refuses more memory than its limit, in megabytes', async () => {
    const runtime = await createRuntime({ threads: 0, memoryLimit: 64 * 2 ** 20 })
    expect(() => runtime.reserve(65 * 2 ** 20)).toThrow('65 MiB of memory are needed, the limit is 64 MiB')
    runtime.reserve(64 * 2 ** 20)
    await runtime.close()
  })

  test('INKLING_SIMD and the option choose the variant and say why', async () => {
    const narrow = await createRuntime({ threads: 0, simd: 'narrow' })
    expect(narrow.variant).toBe('narrow')
    expect(narrow.variantReason).toContain('128-bit')
    const auto = await createRuntime({ threads: 0, simd: 'auto' })
    // Never "other bits": that would be a fault of the revectoriser or of a kernel.
    expect(auto.variantReason).toMatch(/times as fast|only Node/)
    process.env.INKLING_SIMD = 'narrow'
    const forced = await createRuntime({ threads: 0, simd: 'wide' })
    delete process.env.INKLING_SIMD
    expect(forced.variant).toBe('narrow')
    expect(forced.variantReason).toContain('INKLING_SIMD')
    await Promise.all([narrow, auto, forced].map(r => r.close()))
  })

  test('the comparison of variants leaves the arena zeroed', async () => {
    const runtime = await createRuntime({ threads: 0, simd: 'wide' })
    const bytes = new Uint8Array(runtime.buffer, runtime.dataStart)
    expect(bytes.every(b => b === 0)).toBe(true)
    await runtime.close()
  })

  test('peak counts the operations of all threads', async () => {
    const runtime = await createRuntime({ threads: 2 })
    const peak = await measurePeak(runtime, runtime.dataStart, 20)
    expect(peak).toBeGreaterThan(1e8)
    await runtime.close()
  })

  test('an idle runtime does not keep the process alive, a pending job does', () => {
    const url = new URL('../../../src/engine/backends/wasm/', import.meta.url)
    const script = `
      import { createRuntime } from '${url}runtime.ts'
      import { writeCommand } from '${url}commands.ts'
      const r = await createRuntime({ threads: 2 })
      writeCommand(r.buffer, r.dataStart, 'fill', { dst: r.dataStart + 4096, count: 9, value: 1 })
      r.run({ list: r.dataStart, count: 1, slot: 0 }).then(() => console.log('done'))`
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20000,
    })
    expect(stdout).toBe('done\n')
    expect(status).toBe(0)
  })
})

describe('kernel modules', () => {
  test('the single-threaded module runs on memory that is not shared', async () => {
    const engine = createMemory(false)
    const module = await compileKernels('narrow-single')
    const { exports } = new WebAssembly.Instance(module, { env: { memory: engine.memory } })
    engine.reserve(layout.dataStart + 65536)
    const dst = layout.dataStart + 4096
    writeCommand(engine.buffer, layout.dataStart, 'fill', { dst, count: 100, value: 3 })
    ;(exports.run as (...args: number[]) => void)(layout.dataStart, 1, 0, 0, 1)
    expect(new Float32Array(engine.buffer, dst, 100).every(v => v === 3)).toBe(true)
  })

  test('agree with the fixed addresses of memory.ts', async () => {
    for (const name of ['narrow', 'wide', 'narrow-single'] as const) {
      const { memory } = createMemory(name !== 'narrow-single')
      const module = await compileKernels(name)
      const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, () => number>
      expect(exports.dataStart()).toBe(layout.dataStart)
      expect(exports.staticEnd()).toBeLessThanOrEqual(layout.scratch)
    }
  })
})

describe('writeCommand', () => {
  const buffer = new ArrayBuffer(256)

  test('writes opcode, integers, bits of floats and flags', () => {
    writeCommand(buffer, 128, 'fill', { dst: 64, count: 5, value: 1.5 }, 1)
    const words = new Int32Array(buffer, 128)
    expect([...words.subarray(0, 4)]).toEqual([opcodeOf('fill'), 64, 5, 0x3fc00000])
    expect(words[31]).toBe(1)
  })

  test('names what is wrong', () => {
    expect(() => writeCommand(buffer, 0, 'fill', { dst: 64, count: 5 } as never)).toThrow('value')
    expect(() => writeCommand(buffer, 0, 'fill', { dst: 0.5, count: 5, value: 1 })).toThrow('"dst" must be an integer')
    expect(() => writeCommand(buffer, 0, 'fill', { dst: 0, count: 5, value: 1, x: 1 } as never)).toThrow('"x"')
    expect(() => writeCommand(buffer, 0, 'nothing' as never, {} as never)).toThrow('unknown command')
  })
})

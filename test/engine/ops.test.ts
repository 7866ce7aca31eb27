import { afterAll, describe, expect, test } from 'vitest'
import { createWasmBackend } from '../../src/engine/backends/wasm/backend.ts'
import { cases } from './cases.ts'
import { checkAgainstReference, checkGradients } from './check.ts'

// Random graphs per op and backend; raised by INKLING_FUZZ for a long run.
const ROUNDS = Number(process.env.INKLING_FUZZ ?? 12)
const seeds = Array.from({ length: ROUNDS }, (_, i) => i + 1)

describe('gradients agree with finite differences', () => {
  for (const c of cases.filter(c => c.differentiable !== false))
    test(c.name, async () => {
      for (const seed of seeds) await checkGradients(c, seed)
    })
})

const backends = await Promise.all(
  (['narrow', 'wide'] as const).flatMap(simd =>
    [1, 2].map(async threads => ({
      name: `${simd}, ${threads} threads`,
      backend: await createWasmBackend({ simd, threads, guarded: threads === 1 }),
    })),
  ),
)
afterAll(() => Promise.all(backends.map(b => b.backend.close())))

describe('kernels agree with the float64 reference and with each other', () => {
  for (const c of cases)
    test(c.name, async () => {
      for (const seed of seeds) {
        const results = []
        for (const { backend } of backends) results.push(await checkAgainstReference(c, seed, backend))
        // The same bits on one and two threads, on narrow and wide kernels.
        for (const [i, result] of results.entries())
          expect(bits(result), `${backends[i].name} against ${backends[0].name}, seed ${seed}`).toEqual(
            bits(results[0]),
          )
      }
    })
})

function bits(values: Record<string, ArrayLike<number>>) {
  return Object.fromEntries(
    Object.entries(values).map(([name, v]) => [name, Array.from(new Int32Array(Float32Array.from(v).buffer)).join()]),
  )
}

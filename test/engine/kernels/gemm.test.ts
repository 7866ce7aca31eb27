import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, createRandom, expectClose, type Lab, normals } from './lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await createLab()
})
afterAll(() => lab.close())

interface Product {
  M: number
  N: number
  K: number
  Kc: number
  mode: number
  aMode: number
  bMode: number
  batch: number
  /** Extra floats between rows. */
  gap: number
}

/** In float64, with the meaning of the modes. */
function expected({ M, N, K, mode, batch }: Product, A: At, B: At, C: At, bias: Float32Array): Float64Array {
  const out = new Float64Array(batch * M * N)
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < M; i++) {
      for (let j = 0; j < N; j++) {
        let sum = mode === 1 || mode === 6 ? C(n, i, j) : 0
        for (let k = 0; k < K; k++) sum += A(n, i, k) * B(n, k, j)
        if (mode === 2 || mode === 3) sum += bias[j]
        out[(n * M + i) * N + j] = mode === 2 || mode === 6 ? Math.max(0, sum) : sum
      }
    }
  }
  return out
}
type At = (n: number, i: number, j: number) => number

/** Runs a product as described (packed B through packB or packBt) and compares; returns C without its gaps. */
async function check(p: Product, seed: number): Promise<Float32Array> {
  const random = createRandom(seed)
  const { M, N, K, batch, gap } = p
  const aRow = (p.aMode ? M : K) + gap
  const aRows = p.aMode ? K : M
  const cRow = N + gap
  const a = normals(random, batch * aRows * aRow)
  const b = normals(random, batch * K * N)
  const c = normals(random, batch * M * cRow)
  const bias = normals(random, N)
  const panels = Math.ceil(N / 16) * 16 * K
  const bt = new Float32Array(b.length)
  for (let n = 0; n < batch; n++) {
    for (let k = 0; k < K; k++) for (let j = 0; j < N; j++) bt[n * K * N + j * K + k] = b[n * K * N + k * N + j]
  }
  const fromTransposed = p.bMode === 0 && random.int(2) === 1
  const { C } = await lab.run({
    buffers: { a, b: fromTransposed ? bt : b, packed: batch * panels, C: c, bias },
    results: ['C', 'packed'],
    commands: at => [
      ...Array.from({ length: p.bMode ? 0 : batch }, (_, n) => {
        const values = { src: at('b') + n * K * N * 4, dst: at('packed') + n * panels * 4, K, N }
        return fromTransposed
          ? (['packBt', { ...values, stride: K * 4 }, 0] as const)
          : (['packB', { ...values, stride: N * 4 }, 1] as const)
      }).map(step => step as never),
      ['fill', { dst: at('bias'), count: 0, value: 0 }],
      [
        'gemm',
        {
          ...{ a: at('a'), aStride: aRow * 4, aMode: p.aMode, aBatch: aRows * aRow * 4 },
          ...{ b: p.bMode ? at('b') : at('packed'), bMode: p.bMode, bStride: N * 4 },
          ...{ bBatch: (p.bMode ? K * N : panels) * 4, c: at('C'), cStride: cRow * 4, cBatch: M * cRow * 4 },
          ...{ M, N, K, Kc: p.Kc, mode: p.mode, bias: at('bias'), batch },
        },
      ],
    ],
  })
  const result = new Float32Array(batch * M * N)
  for (let r = 0; r < batch * M; r++) {
    result.set(C.subarray(r * cRow, r * cRow + N), r * N)
    // The gaps keep their contents.
    for (let j = N; j < cRow; j++) expect(C[r * cRow + j]).toBe(c[r * cRow + j])
  }
  const at = (values: Float32Array, rows: number, row: number): At => {
    return (n, i, j) => values[(n * rows + i) * row + j]
  }
  const plainA = at(a, aRows, aRow)
  const A: At = p.aMode ? (n, i, k) => plainA(n, k, i) : plainA
  const B: At = (n, k, j) => b[(n * K + k) * N + j]
  expectClose(result, expected(p, A, B, at(c, M, cRow), bias), 2e-5)
  return result
}

describe('gemm', () => {
  test('any size, mode, layout and blocking', async () => {
    const random = createRandom(7)
    const size = () => (random.int(4) ? 1 + random.int(40) : 1 + random.int(7))
    for (let i = 0; i < 150; i++) {
      const bMode = random.int(2)
      const p = {
        ...{ M: size(), N: size(), K: size(), Kc: random.int(2) ? 0 : 1 + random.int(20) },
        ...{ mode: [0, 1, 2, 3, 6][random.int(5)], aMode: random.int(2), bMode, gap: random.int(3) },
        batch: random.int(3) ? 1 : 1 + random.int(9),
      }
      if (!bMode && p.batch > 20) p.batch = 20
      await check(p, i)
    }
  })

  test('every height and width of a tile, in every mode', async () => {
    for (let M = 1; M <= 8; M++) {
      for (const N of [1, 7, 8, 9, 15, 16, 17, 24, 31]) {
        for (const mode of [0, 1, 2, 3, 6]) {
          await check({ M, N, K: 3, Kc: 2, mode, aMode: (M + N + mode) & 1, bMode: mode & 1, batch: 1, gap: 0 }, M * N)
        }
      }
    }
  })

  test('the bits depend neither on how A and B are stored nor on tiles', async () => {
    const { M, N, K } = { M: 58, N: 37, K: 50 }
    const random = createRandom(3)
    const a = normals(random, M * K)
    const b = normals(random, K * N)
    const at = new Float32Array(M * K)
    for (let i = 0; i < M; i++) for (let k = 0; k < K; k++) at[k * M + i] = a[i * K + k]
    const common = { M, N, K, Kc: 0, mode: 0, bias: 0, batch: 1, aBatch: 0, bBatch: 0, cBatch: 0, cStride: N * 4 }
    const results = ['raw', 'packed', 'transposed', 'single']
    const given = await lab.run({
      buffers: { a, at, b, panels: 48 * K, raw: M * N, packed: M * N, transposed: M * N, single: M * N },
      results: [...results, 'panels'],
      commands: p => [
        ['packB', { src: p('b'), dst: p('panels'), K, N, stride: N * 4 }],
        ['gemm', { ...common, a: p('a'), aStride: K * 4, aMode: 0, b: p('b'), bMode: 1, bStride: N * 4, c: p('raw') }],
        [
          'gemm',
          { ...common, a: p('a'), aStride: K * 4, aMode: 0, b: p('panels'), bMode: 0, bStride: 0, c: p('packed') },
        ],
        [
          'gemm',
          { ...common, a: p('at'), aStride: M * 4, aMode: 1, b: p('panels'), bMode: 0, bStride: 0, c: p('transposed') },
        ],
        // One row at a time.
        ...Array.from({ length: M }, (_, i) => {
          const row = { ...common, M: 1, a: p('a') + i * K * 4, c: p('single') + i * N * 4 }
          return ['gemm', { ...row, aStride: K * 4, aMode: 0, b: p('b'), bMode: 1, bStride: N * 4 }] as never
        }),
      ],
    })
    for (const name of results) expect(given[name]).toEqual(given.raw)
  })

  test('NaN and infinity come through, also through a ReLU', async () => {
    const a = Float32Array.of(1, Number.NaN, 1, 1)
    const b = Float32Array.of(Number.POSITIVE_INFINITY, 1, 2, 3)
    for (const [M, N] of [
      [1, 1],
      [2, 8],
    ] as const) {
      const { c } = await lab.run({
        buffers: { a: a.slice(0, M), b: new Float32Array(N).fill(b[0]), bias: new Float32Array(N), c: M * N },
        results: ['c'],
        commands: p => [
          [
            'gemm',
            {
              ...{ a: p('a'), aStride: 4, aMode: 0, aBatch: 0, b: p('b'), bMode: 1, bStride: N * 4, bBatch: 0 },
              ...{ c: p('c'), cStride: N * 4, cBatch: 0, M, N, K: 1, Kc: 0, mode: 2, bias: p('bias'), batch: 1 },
            },
          ],
        ],
      })
      expect(c[0]).toBe(Number.POSITIVE_INFINITY)
      if (M === 2) expect(c[8]).toBeNaN()
    }
  })
})

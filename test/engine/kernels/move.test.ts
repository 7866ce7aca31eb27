import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RECORD_BYTES } from '../../../src/engine/backends/wasm/commands.ts'
import { createLab, createRandom, GUARD, type Lab, normals } from './lab.ts'

let lab: Lab
beforeAll(async () => {
  lab = await createLab()
})
afterAll(() => lab.close())

const sizes = [0, 1, 3, 8, 15, 16, 17, 100, 1000, 4099]

describe('moving memory', () => {
  test('fill writes exactly count values', async () => {
    for (const count of sizes) {
      const { dst } = await lab.run({
        buffers: { dst: count + 5 },
        results: ['dst'],
        commands: at => [['fill', { dst: at('dst'), count, value: -1.25 }]],
      })
      expect([...dst.subarray(0, count)].every(v => v === -1.25)).toBe(true)
      expect([...dst.subarray(count)].every(v => Number.isNaN(v))).toBe(true)
    }
  })

  test('fetch and emit go through the staging slot', async () => {
    // The lab's slot is its command list: fetch reads what lies behind the records.
    for (const bytes of [4, 64, 100, 255]) {
      const { copy, back } = await lab.run({
        buffers: { copy: 64, back: 64 },
        results: ['copy', 'back'],
        commands: at => {
          const slot = at('copy') - 0
          const far = at('back') - listOf(at)
          return [
            ['fill', { dst: slot, count: 64, value: 0 }],
            ['fill', { dst: at('back'), count: 64, value: 0 }],
            ['fetch', { dst: slot, slotOffset: 8 * RECORD_BYTES, bytes }],
            ['emit', { src: slot, slotOffset: far, bytes }],
          ]
        },
      })
      expect(new Int32Array(copy.buffer)[0]).toBe(GUARD)
      expect(new Uint8Array(back.buffer)).toEqual(new Uint8Array(copy.buffer))
      expect(new Uint8Array(copy.buffer).subarray(bytes).every(v => v === 0)).toBe(true)
    }
  })

  test('copy2d copies rows of any length', async () => {
    const random = createRandom(1)
    for (const rowBytes of [1, 4, 30, 32, 76, 1024, 1500]) {
      const rows = 1 + random.int(9)
      const src = Uint8Array.from({ length: rows * 1504 }, () => random.int(256))
      const { dst } = await lab.run({
        buffers: { src, dst: rows * 400 },
        results: ['dst'],
        commands: at => [
          ['copy2d', { src: at('src'), dst: at('dst'), rows, rowBytes, srcStride: 1504, dstStride: 1600 }],
        ],
      })
      const bytes = new Uint8Array(dst.buffer)
      for (let r = 0; r < rows; r++) {
        expect(bytes.subarray(r * 1600, r * 1600 + rowBytes)).toEqual(src.subarray(r * 1504, r * 1504 + rowBytes))
        expect(new Float32Array(bytes.slice(r * 1600 + 1504, r * 1600 + 1508).buffer)[0]).toBeNaN()
      }
    }
  })

  test('padCopy pads, crops and leaves nothing unwritten', async () => {
    const random = createRandom(2)
    for (let i = 0; i < 120; i++) {
      const [N, H, W, C] = [1 + random.int(3), 1 + random.int(9), 1 + random.int(9), 1 + random.int(40)]
      const [dstH, dstW] = [1 + random.int(12), 1 + random.int(12)]
      const [top, left] = [random.int(7) - 3, random.int(7) - 3]
      const gap = random.int(2) * (1 + random.int(3))
      const row = (W + gap) * C
      const image = (H + gap) * row
      const src = normals(random, N * image)
      const { dst } = await lab.run({
        buffers: { src, dst: N * dstH * dstW * C },
        results: ['dst'],
        commands: at => [
          [
            'padCopy',
            {
              ...{ src: at('src'), dst: at('dst'), N, H, W, C, dstH, dstW, top, left },
              ...{ srcRow: gap ? row * 4 : 0, srcImage: gap ? image * 4 : 0 },
            },
          ],
        ],
      })
      const expected = new Float32Array(dst.length)
      for (let n = 0, p = 0; n < N; n++) {
        for (let y = -top; y < dstH - top; y++) {
          for (let x = -left; x < dstW - left; x++) {
            const inside = y >= 0 && y < H && x >= 0 && x < W
            for (let c = 0; c < C; c++) expected[p++] = inside ? src[n * image + y * row + x * C + c] : 0
          }
        }
      }
      expect(dst).toEqual(expected)
    }
  })

  test('packB and packBt give the same panels, zeros behind the last column', async () => {
    const random = createRandom(3)
    for (let i = 0; i < 60; i++) {
      const [K, N] = [1 + random.int(40), 1 + random.int(50)]
      const b = normals(random, K * N)
      const bt = new Float32Array(K * N)
      for (let k = 0; k < K; k++) for (let j = 0; j < N; j++) bt[j * K + k] = b[k * N + j]
      const panels = Math.ceil(N / 16)
      const { packed, packedT } = await lab.run({
        buffers: { b, bt, packed: panels * K * 16, packedT: panels * K * 16 },
        results: ['packed', 'packedT'],
        commands: at => [
          ['packB', { src: at('b'), dst: at('packed'), K, N, stride: N * 4 }],
          ['packBt', { src: at('bt'), dst: at('packedT'), K, N, stride: K * 4 }],
        ],
      })
      const expected = new Float32Array(packed.length)
      for (let j = 0; j < N; j++) {
        for (let k = 0; k < K; k++) expected[((j >> 4) * K + k) * 16 + (j & 15)] = b[k * N + j]
      }
      expect(packed).toEqual(expected)
      expect(packedT).toEqual(expected)
    }
  })

  test('reduceSlices adds in order', async () => {
    const random = createRandom(4)
    for (const count of sizes.slice(1)) {
      for (const accumulate of [0, 1]) {
        const slices = 1 + random.int(5)
        const src = normals(random, slices * count)
        const start = normals(random, count)
        const { dst } = await lab.run({
          buffers: { src, dst: start },
          results: ['dst'],
          commands: at => [['reduceSlices', { src: at('src'), dst: at('dst'), slices, count, accumulate }]],
        })
        for (let i = 0; i < count; i++) {
          let sum = src[i]
          for (let s = 1; s < slices; s++) sum = Math.fround(sum + src[s * count + i])
          expect(dst[i]).toBe(accumulate ? Math.fround(start[i] + sum) : sum)
        }
      }
    }
  })
})

/** The lab lays the list at a fixed place before the first buffer. */
function listOf(at: (name: string) => number): number {
  return at('copy') - (64 * 128 + 128)
}

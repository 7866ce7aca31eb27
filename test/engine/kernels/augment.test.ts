import { describe, expect, test } from 'vitest'
import { type AugmentSettings, augmentPicture, augmentSettingsBlock } from '../../../src/engine/ops/augmentPicture.ts'
import { expectClose, Kernels, repeat } from './harness.ts'

const all: [string, AugmentSettings][] = [
  ['nothing', {}],
  ['flip and crop', { flip: 0.5, crop: 3 }],
  ['rotation', { rotate: 180 }],
  ['zoom', { zoom: 0.3 }],
  ['shift', { shiftX: 0.2, shiftY: 0.4 }],
  ['elastic', { elastic: 3 }],
  ['a fine elastic grid', { elastic: 2, elasticCells: 12 }],
  ['everything', { rotate: 15, zoom: 0.15, shiftX: 0.1, shiftY: 0.1, flip: 0.3, crop: 2, elastic: 2 }],
]

describe.each(all)('augment: %s', (_, settings) => {
  test('the kernel follows augmentPicture', () => {
    repeat(12, (random, between) => {
      const [images, H, W, C] = [between(1, 5), between(1, 20), between(1, 20), between(1, 4)]
      const size = H * W * C
      const x = Uint8Array.from({ length: images * size }, () => random.int(256))
      const ids = Int32Array.from({ length: images }, () => random.int(100_000))
      const at = { seed: random.int(2 ** 32) | 0, epoch: between(0, 50) }
      const scale = Float32Array.from({ length: C }, (_, c) => (c + 1) / 255)
      const shift = Float32Array.from({ length: C }, (_, c) => -c / 3)
      const k = new Kernels()
      const [src, dst, index, seed] = [k.u8(x), k.space(images * size), k.i32(ids), k.i32([at.seed, at.epoch])]
      const [options, scales, shifts] = [k.f32(augmentSettingsBlock(settings)), k.f32(scale), k.f32(shift)]
      const where = { src: src.address, dst: dst.address, images, H, W, C, index: index.address, seed: seed.address }
      const how = { settings: options.address, scale: scales.address, shift: shifts.address }
      k.run('augment', { ...where, ...how }, dst)
      const expected = new Float64Array(images * size)
      ids.forEach((id, i) => {
        const [source, target] = [x.subarray(i * size, (i + 1) * size), expected.subarray(i * size, (i + 1) * size)]
        const what = { source, target, height: H, width: W, channels: C, settings, scale, shift }
        augmentPicture({ ...what, ...at, index: id })
      })
      expectClose(k.readF32(dst), expected, { absolute: 1e-5, relative: 1e-6 })
    })
  })
})

function move(settings: AugmentSettings, source: number[], [height, width]: [number, number], key: object): number[] {
  const target = new Float64Array(source.length)
  const how = { height, width, channels: 1, settings, scale: [1], shift: [0] }
  augmentPicture({ source, target, ...how, seed: 7, epoch: 0, index: 0, ...key })
  return Array.from(target)
}

describe('augmentPicture', () => {
  test('without settings gives the picture', () => {
    expect(move({}, [1, 2, 3, 4, 5, 6], [2, 3], {})).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('flips about half of the pictures', () => {
    const results = Array.from({ length: 400 }, (_, i) => move({ flip: 0.5 }, [1, 2, 3], [1, 3], { index: i }).join())
    expect(new Set(results)).toEqual(new Set(['1,2,3', '3,2,1']))
    // Four standard deviations.
    expect(Math.abs(results.filter(r => r === '3,2,1').length - 200)).toBeLessThan(40)
  })

  test('crops at every offset, with zeros beyond the edge', () => {
    const results = Array.from({ length: 200 }, (_, i) => move({ crop: 1 }, [5, 6, 7], [1, 3], { index: i }).join())
    expect(new Set(results)).toEqual(new Set(['5,6,7', '6,7,0', '0,5,6', '0,0,0']))
  })

  test('a rotation keeps the mass of a blob near the centre and its distance from it', () => {
    const [H, W] = [21, 21]
    const source = Array.from({ length: H * W }, (_, i) => {
      const [y, x] = [Math.floor(i / W), i % W]
      return 200 * Math.exp(-((x - 14) ** 2 + (y - 10) ** 2) / 6)
    })
    for (let index = 0; index < 10; index++) {
      const moved = move({ rotate: 180 }, source, [H, W], { index: index })
      const mass = moved.reduce((s, v) => s + v, 0)
      const x = moved.reduce((s, v, i) => s + v * ((i % W) - 10), 0) / mass
      const y = moved.reduce((s, v, i) => s + v * (Math.floor(i / W) - 10), 0) / mass
      expect(mass / source.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 2)
      expect(Math.hypot(x, y)).toBeCloseTo(4, 1)
    }
  })

  test('moves an example the same way in a batch of any order, another way in another epoch', () => {
    const source = Array.from({ length: 64 }, (_, i) => i)
    const moved = (key: object) => move({ rotate: 20, shiftX: 0.2 }, source, [8, 8], key)
    expect(moved({ index: 5 })).toEqual(moved({ index: 5 }))
    for (const other of [{ seed: 2 }, { epoch: 1 }, { index: 6 }]) {
      expect(moved({ index: 5, ...other })).not.toEqual(moved({ index: 5 }))
    }
  })
})

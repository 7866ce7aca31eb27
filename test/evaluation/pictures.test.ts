import { expect, test } from 'vitest'
import { pictureQuality, ssim } from '../../src/evaluation/pictures.ts'

const ramp = Float32Array.from({ length: 16 * 16 }, (_, i) => ((i * 7) % 16) / 15)

test('equal pictures', () => {
  expect(ssim(ramp, ramp, 16, 16)).toBeCloseTo(1, 12)
  expect(pictureQuality(ramp, ramp, 16, 16)).toMatchObject({ mse: 0, psnr: Number.POSITIVE_INFINITY })
})

test('a constant shift leaves the structure: only the means differ', () => {
  const shifted = ramp.map(v => v + 0.1)
  const { mse, psnr } = pictureQuality(ramp, shifted, 16, 16)
  expect(mse).toBeCloseTo(0.01, 6)
  expect(psnr).toBeCloseTo(20, 3) // 10 log10(1 / 0.01)
})

test('a value by the formula of the source', () => {
  const flat = new Float32Array(16 * 16).fill(0.5)
  const other = new Float32Array(16 * 16).fill(0.7)
  // Without variance only the means are compared: (2 * 0.5 * 0.7 + 1e-4) / (0.5^2 + 0.7^2 + 1e-4)
  expect(ssim(flat, other, 16, 16)).toBeCloseTo(0.7001 / 0.7401, 6)
})

test('noise costs similarity', () => {
  const noisy = ramp.map((v, i) => v + ((i * 37) % 11) / 30 - 0.15)
  expect(ssim(ramp, noisy, 16, 16)).toBeLessThan(0.97)
  expect(ssim(ramp, noisy, 16, 16)).toBeGreaterThan(0.5)
})

import { test } from 'vitest'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

test('pictures: bytes times the scale of their channel plus its shift', () => {
  repeat(80, (random, between) => {
    const channels = random.key % 8 ? between(1, 9) : between(60, 70)
    const count = channels * between(1, random.key % 3 ? 70 : 400)
    const x = Uint8Array.from({ length: count }, () => random.int(256))
    const [scales, shifts] = [normals(random, channels, 1 / 255), normals(random, channels)]
    const k = new Kernels()
    const [src, dst, scale, shift] = [k.u8(x), k.space(count), k.f32(scales), k.f32(shifts)]
    const values = { src: src.address, dst: dst.address, count, channels, scale: scale.address, shift: shift.address }
    k.run('pictures', values, dst)
    expectClose(
      k.readF32(dst),
      Array.from(x, (v, i) => v * scales[i % channels] + shifts[i % channels]),
      { absolute: 3e-7 },
    )
  })
})

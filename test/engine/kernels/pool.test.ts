import { describe, expect, test } from 'vitest'
import { expectClose, Kernels, normals, repeat } from './harness.ts'

interface Window {
  N: number
  H: number
  W: number
  C: number
  outH: number
  outW: number
  kh: number
  kw: number
  sy: number
  sx: number
  top: number
  left: number
}

/** A random pooling whose every window touches the picture. */
function randomWindow(between: (low: number, high: number) => number, halving: boolean): Window {
  const [N, C] = [between(1, 3), between(1, 40)]
  const [H, W] = [between(2, 9), between(2, 9)]
  if (halving) return { N, H, W, C, outH: H >> 1, outW: W >> 1, kh: 2, kw: 2, sy: 2, sx: 2, top: 0, left: 0 }
  const [kh, kw] = [between(1, Math.min(H, 4)), between(1, Math.min(W, 4))]
  const [sy, sx] = [between(1, 3), between(1, 3)]
  const [top, left] = [between(0, kh >> 1), between(0, kw >> 1)]
  // Padding behind of up to k - 1, as "same" may need.
  const out = (size: number, k: number, s: number, pad: number) => Math.floor((size + pad + (k >> 1) - k) / s) + 1
  return { N, H, W, C, outH: out(H, kh, sy, top), outW: out(W, kw, sx, left), kh, kw, sy, sx, top, left }
}

/** Calls `visit` for every output position and every input position of its window. */
function visit(w: Window, use: (out: number, input: number, position: number) => void): void {
  for (let n = 0; n < w.N; n++)
    for (let oy = 0; oy < w.outH; oy++)
      for (let ox = 0; ox < w.outW; ox++)
        for (let ky = 0; ky < w.kh; ky++)
          for (let kx = 0; kx < w.kw; kx++) {
            const [y, x] = [oy * w.sy - w.top + ky, ox * w.sx - w.left + kx]
            if (y < 0 || y >= w.H || x < 0 || x >= w.W) continue
            const out = ((n * w.outH + oy) * w.outW + ox) * w.C
            const input = ((n * w.H + y) * w.W + x) * w.C
            for (let c = 0; c < w.C; c++) use(out + c, input + c, ky * w.kw + kx)
          }
}

const dense = { srcRow: 0, srcImage: 0, dstRow: 0, dstImage: 0 }
const denseGrad = { dxRow: 0, dxImage: 0 }

describe.each([
  ['2 x 2 side by side', true],
  ['any windows', false],
])('%s', (_, halving) => {
  test('maxPool and its gradient', () => {
    repeat(60, (random, between) => {
      const w = randomWindow(between, halving)
      const [inputs, outputs] = [w.N * w.H * w.W * w.C, w.N * w.outH * w.outW * w.C]
      // Few different values, so that equals occur.
      const x = normals(random, inputs).map(v => Math.round(v * 3))
      const best = new Float64Array(outputs).fill(-Infinity)
      const at = new Int32Array(outputs)
      visit(w, (o, i, position) => {
        if (x[i] > best[o]) [best[o], at[o]] = [x[i], position]
      })
      const k = new Kernels()
      const [src, dst, index, values] = [k.f32(x), k.space(outputs), k.space(outputs), k.space(outputs)]
      k.run('maxPool', { src: src.address, dst: dst.address, index: index.address, ...w, ...dense }, dst, index)
      expectClose(k.readF32(dst), best, { absolute: 0, relative: 0 })
      expect(k.readI32(index)).toEqual(at)
      k.run('maxPool', { src: src.address, dst: values.address, index: 0, ...w, ...dense }, values)
      expect(k.readF32(values)).toEqual(k.readF32(dst))

      const dyValues = normals(random, outputs)
      const [dy, dx, dxRelu] = [k.f32(dyValues), k.space(inputs), k.space(inputs)]
      const common = { dy: dy.address, index: index.address, ...w, ...denseGrad }
      k.run('maxPoolGrad', { ...common, y: 0, dx: dx.address }, dx)
      k.run('maxPoolGrad', { ...common, y: dst.address, dx: dxRelu.address }, dxRelu)
      const [plain, relu] = [new Float64Array(inputs), new Float64Array(inputs)]
      visit(w, (o, i, position) => {
        if (at[o] !== position) return
        plain[i] += dyValues[o]
        if (best[o] > 0) relu[i] += dyValues[o]
      })
      expectClose(k.readF32(dx), plain)
      expectClose(k.readF32(dxRelu), relu)
    })
  })

  test('avgPool and its gradient, padding counted or not', () => {
    repeat(60, (random, between) => {
      const w = randomWindow(between, halving)
      const countPadding = between(0, 1)
      const [inputs, outputs] = [w.N * w.H * w.W * w.C, w.N * w.outH * w.outW * w.C]
      const [x, dyValues] = [normals(random, inputs), normals(random, outputs)]
      const size = new Float64Array(outputs)
      visit(w, o => {
        size[o]++
      })
      if (countPadding) size.fill(w.kh * w.kw)
      const [y, grad] = [new Float64Array(outputs), new Float64Array(inputs)]
      visit(w, (o, i) => {
        y[o] += x[i] / size[o]
        grad[i] += dyValues[o] / size[o]
      })
      const k = new Kernels()
      const [src, dst, dy, dx] = [k.f32(x), k.space(outputs), k.f32(dyValues), k.space(inputs)]
      k.run('avgPool', { src: src.address, dst: dst.address, ...w, countPadding, ...dense }, dst)
      k.run('avgPoolGrad', { dy: dy.address, dx: dx.address, ...w, countPadding, ...denseGrad }, dx)
      expectClose(k.readF32(dst), y)
      expectClose(k.readF32(dx), grad)
    })
  })

  test('the picture may be the interior of a larger buffer', () => {
    repeat(10, (random, between) => {
      const w = randomWindow(between, halving)
      const [inputs, outputs] = [w.N * w.H * w.W * w.C, w.N * w.outH * w.outW * w.C]
      const row = (w.W + 3) * w.C
      const image = (w.H + 2) * row
      const place = (i: number) => {
        const [n, y, rest] = [Math.floor(i / (w.H * w.W * w.C)), Math.floor(i / (w.W * w.C)) % w.H, i % (w.W * w.C)]
        return n * image + y * row + rest
      }
      const x = normals(random, inputs)
      const wide = new Float32Array(w.N * image).fill(7)
      x.forEach((v, i) => {
        wide[place(i)] = v
      })
      const k = new Kernels()
      const [src, padded] = [k.f32(x), k.f32(wide)]
      const [a, b, index, same] = [k.space(outputs), k.space(outputs), k.space(outputs), k.space(outputs)]
      const strides = { srcRow: row * 4, srcImage: image * 4, dstRow: 0, dstImage: 0 }
      k.run('maxPool', { src: src.address, dst: a.address, index: index.address, ...w, ...dense }, a, index)
      k.run('maxPool', { src: padded.address, dst: b.address, index: same.address, ...w, ...strides }, b, same)
      expect(k.readF32(b)).toEqual(k.readF32(a))
      const [dx, dxWide] = [k.space(inputs), k.f32(wide)]
      const common = { dy: a.address, index: index.address, y: 0, ...w }
      k.run('maxPoolGrad', { ...common, dx: dx.address, ...denseGrad }, dx)
      k.run('maxPoolGrad', { ...common, dx: dxWide.address, dxRow: row * 4, dxImage: image * 4 }, dxWide)
      const expected = wide.slice()
      k.readF32(dx).forEach((v, i) => {
        expected[place(i)] = v
      })
      expect(k.readF32(dxWide)).toEqual(expected)
    })
  })
})

test('maxPool hands NaN on', () => {
  for (let at = 0; at < 4; at++) {
    const k = new Kernels()
    const x = Float32Array.of(1, 2, 3, 4)
    x[at] = NaN
    const [src, dst] = [k.f32(x), k.space(1)]
    const shape = { N: 1, H: 2, W: 2, C: 1, outH: 1, outW: 1, kh: 2, kw: 2, sy: 2, sx: 2, top: 0, left: 0 }
    k.run('maxPool', { src: src.address, dst: dst.address, index: 0, ...shape, ...dense }, dst)
    expect(k.readF32(dst)[0]).toBeNaN()
  }
})

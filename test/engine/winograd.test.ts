import { describe, expect, test } from 'vitest'
import { gradients } from '../../src/engine/autodiff.ts'
import { compileGraph } from '../../src/engine/backends/wasm/compile.ts'
import type { ConvShape } from '../../src/engine/backends/wasm/convolution.ts'
import { allLowerings } from '../../src/engine/backends/wasm/lower/index.ts'
import { forwardPoints, gradientPoints, transposedConv } from '../../src/engine/backends/wasm/winograd.ts'
import { Graph } from '../../src/engine/graph.ts'
import { conv2d } from '../../src/engine/ops/conv2d.ts'
import { sum } from '../../src/engine/ops/reduce.ts'

const shape = (images: number, size: number, Ci: number, Co: number, more: Partial<ConvShape> = {}): ConvShape => ({
  ...{ images, H: size, W: size, outH: size, outW: size, Ci, Co },
  ...{ KH: 3, KW: 3, strideY: 1, strideX: 1, top: 1, left: 1 },
  ...more,
})

describe('which convolutions run by Winograd', () => {
  test('F(4x4) where there are channels and room', () => {
    for (const s of [shape(32, 32, 64, 64), shape(32, 16, 128, 128), shape(32, 8, 256, 256), shape(128, 14, 32, 64)]) {
      expect(forwardPoints(s)).toBe(4)
      expect(forwardPoints(transposedConv(s))).toBe(4)
      expect(gradientPoints(s)).toBe(4)
    }
  })

  test('F(2x2) where larger tiles would be mostly beyond the edge', () => {
    for (const s of [shape(128, 2, 64, 64), shape(64, 6, 64, 64)]) {
      expect(forwardPoints(s)).toBe(2)
      expect(gradientPoints(s)).toBe(2)
    }
  })

  test('the direct way with few channels, single small pictures, other windows and strides', () => {
    const others = [
      ...[shape(128, 28, 1, 32), shape(128, 28, 3, 32), shape(128, 14, 6, 8), shape(1, 2, 256, 256)],
      ...[shape(8, 16, 64, 64, { KH: 5, KW: 5 }), shape(8, 16, 64, 64, { KH: 1 })],
      shape(8, 16, 64, 64, { strideY: 2, strideX: 2, outH: 8, outW: 8 }),
    ]
    for (const s of others) {
      expect(forwardPoints(s)).toBe(0)
      expect(gradientPoints(s)).toBe(0)
    }
  })
})

test('exact turns it off', () => {
  const commands = (exact: boolean) => {
    const graph = new Graph()
    const x = graph.input('x', [4, 16, 16, 32])
    const w = graph.input('w', [3, 3, 32, 32])
    const y = conv2d(x, w, { padding: 'same' })
    const [dx, dw] = gradients(sum(y), [x, w])
    const none = () => {
      throw new Error('no parameters here')
    }
    const buffer = { id: -1, bytes: 4, label: '', address: 0, fixed: true }
    const constants = { constant: () => ({ buffer, offset: 0 }) }
    const options = { threads: 1, exact }
    const { program } = compileGraph(graph, { y, dx, dw }, allLowerings, none, constants, options)
    return program.commands.map(c => c.name)
  }
  expect(commands(false).filter(name => name === 'winograd').length).toBe(2)
  expect(commands(false)).toContain('winogradWeightGrad')
  expect(commands(true).filter(name => name.startsWith('winograd'))).toEqual([])
  expect(commands(true)).toContain('conv')
})

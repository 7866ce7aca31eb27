import { expect, test } from 'vitest'
import { countFlops } from '../../bench/flops.ts'
import { flopsOf } from '../../bench/rows.ts'
import { chosenWorkloads } from '../../bench/workloads/index.ts'
import { gradients } from '../../src/engine/autodiff.ts'
import { Graph } from '../../src/engine/graph.ts'
import { conv2d, matmul, mean, recurrent, reshape } from '../../src/engine/ops/index.ts'

test('a product of [m, k] and [k, n] takes 2 m n k', () => {
  const graph = new Graph()
  const y = matmul(graph.input('a', [3, 5]), graph.input('b', [5, 7]))
  expect(countFlops(graph, [y])).toBe(2 * 3 * 5 * 7)
})

test('a convolution takes 2 times outputs, window and input channels; its two gradients as much each', () => {
  const graph = new Graph()
  const x = graph.input('x', [2, 8, 8, 3])
  const w = graph.input('w', [3, 3, 3, 4])
  const y = conv2d(x, w, { strides: 2, padding: 'same' })
  const forward = 2 * (2 * 4 * 4 * 4) * (3 * 3 * 3)
  expect(countFlops(graph, [y])).toBe(forward)
  const all = gradients(mean(reshape(y, [-1]), 0, true), [x, w])
  expect(countFlops(graph, [...all, y])).toBe(3 * forward)
  // What nobody asks for is not computed.
  expect(countFlops(graph, [all[1], y])).toBe(2 * forward)
})

test('a recurrent layer takes 2 (in + units) gates units a step; going back, as much again for each gradient', () => {
  const graph = new Graph()
  const [batch, time, features, units] = [2, 5, 3, 4]
  const x = graph.input('x', [batch, time, features])
  const w = graph.input('w', [features, 4 * units])
  const u = graph.input('u', [units, 4 * units])
  const h = recurrent('lstm', x, w, u, graph.input('b', [4 * units]))
  const [input, state] = [2 * batch * time * features * 4 * units, 2 * batch * time * units * 4 * units]
  expect(countFlops(graph, [h])).toBe(input + state)
  const [, dw, du] = gradients(mean(reshape(h, [-1]), 0, true), [x, w, u])
  expect(countFlops(graph, [dw, du, h])).toBe(input + state + (input + 2 * state))
})

test('a step of compare-mlp: three products forward, twice as much back but for the gradient of the picture', () => {
  const layers = [784 * 256, 256 * 128, 128 * 10]
  const products = layers.reduce((sum, n) => sum + n, 0)
  const { forward, train } = flopsOf(chosenWorkloads('W2')[0])
  expect(forward).toBe(2 * 128 * products)
  expect(train).toBe(2 * 128 * (3 * products - layers[0]))
})

import type { Tensor } from '../../../engine/graph.ts'
import { broadcastShape } from '../../../engine/ops/arithmetic.ts'
import { add, affine, broadcastTo, matmul, reshape } from '../../../engine/ops/index.ts'
import { type MatmulAttrs, matmulOp } from '../../../engine/ops/matmul.ts'
import type { Exporter, Exporters } from '../exporter.ts'
import type { Importer, Importers } from '../importer.ts'
import { inOrder } from '../layout.ts'
import { biasAfter } from './convolution.ts'

const importGemm: Importer = node => {
  const { scope, attributes } = node
  const layouts = ['transA', 'transB'].map(name => (attributes.flag(name) ? [1, 0] : [0, 1]))
  const [a, b] = [0, 1].map(i => {
    const rank = scope.shape(node.input(i)).length
    if (rank !== 2) throw node.refuse(`input ${i + 1} has ${rank} dimensions; expected 2`)
    return scope.tensor(node.input(i), layouts[i])
  })
  const scaled = (x: Tensor, factor: number) => (factor === 1 ? x : affine(x, factor))
  const product = scaled(matmul(a, b), attributes.float('alpha', 1))
  const beta = attributes.float('beta', 1)
  const c = node.inputs[2]
  if (!c || beta === 0) return { tensor: product, layout: [0, 1] }
  return { tensor: add(product, scaled(scope.operand(c, [0, 1]), beta)), layout: [0, 1] }
}

const importMatMul: Importer = node => {
  const { scope } = node
  const [sa, sb] = [scope.shape(node.input(0)), scope.shape(node.input(1))]
  if (sa.length === 0 || sb.length === 0) throw node.refuse('a number is no matrix')
  let a = scope.tensor(node.input(0))
  let b = scope.tensor(node.input(1))
  if (sa.length === 1) a = reshape(a, [1, sa[0]])
  if (sb.length === 1) b = reshape(b, [sb[0], 1])
  if (b.shape.length > 2) {
    const batch = broadcastShape('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2))
    const whole = (x: Tensor) => [...batch, ...x.shape.slice(-2)]
    scope.checkSize(whole(a))
    scope.checkSize(whole(b))
    a = broadcastTo(a, whole(a))
    b = broadcastTo(b, whole(b))
  }
  const product = matmul(a, b)
  const shape = product.shape.filter(
    (_, i, { length }) => !((i === length - 2 && sa.length === 1) || (i === length - 1 && sb.length === 1)),
  )
  return { tensor: reshape(product, shape), layout: inOrder(shape.length) }
}

const exportMatmul: Exporter = (node, scope) => {
  const { transposeA, transposeB } = node.attrs as unknown as MatmulAttrs
  // Stored with the last two axes changed places is what a transposed operand is.
  const input = (tensor: Tensor, transposed: boolean) => {
    const order = [...inOrder(tensor.shape.length)]
    if (transposed) order.push(...order.splice(-2).reverse())
    return scope.in(tensor, order)
  }
  const inputs = node.inputs.map((tensor, i) => input(tensor, [transposeA, transposeB][i]))
  const [y] = node.outputs
  const bias = y.shape.length === 2 && node.inputs[1].shape.length === 2 ? biasAfter(node, scope) : undefined
  if (bias) scope.define(bias.sum, 'Gemm', [...inputs, scope.in(bias.values)])
  else scope.define(y, 'MatMul', inputs)
}

export const importers: Importers = { Gemm: importGemm, MatMul: importMatMul }
export const exporters: Exporters = [[matmulOp, exportMatmul]]

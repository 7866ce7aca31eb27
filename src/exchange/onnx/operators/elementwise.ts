import type { Node, Op, Tensor } from '../../../engine/graph.ts'
import { binaryOps, broadcastShape, broadcastToOp } from '../../../engine/ops/arithmetic.ts'
import { type UnaryAttrs, unaryOps } from '../../../engine/ops/elementwise.ts'
import {
  abs,
  add,
  affine,
  atLeast,
  clip,
  divide,
  exp,
  gelu,
  leakyRelu,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  reciprocal,
  relu,
  reshape,
  sigmoid,
  sqrt,
  square,
  subtract,
  tanh,
} from '../../../engine/ops/index.ts'
import type { AttributeValue } from '../attributes.ts'
import type { Exporter, Exporters, ExportScope } from '../exporter.ts'
import type { Importer, Importers, NodeCall } from '../importer.ts'
import { computeKnown } from '../known.ts'
import { inOrder } from '../layout.ts'
import { isKnown, isPlaced, type Placed, type Value } from '../scope.ts'
import { erf } from './hostOps.ts'

/** A function of single values: the layout stays. */
export const importUnary =
  (f: (x: Tensor) => Tensor): Importer =>
  node => {
    const x = node.input(0)
    const layout = isPlaced(x) ? x.layout : inOrder(node.scope.shape(x).length)
    const tensor = node.scope.tensor(x, layout)
    if (tensor.dtype !== 'f32') throw node.refuse('whole numbers that depend on the data are not supported')
    return { tensor: f(tensor), layout }
  }

/** Two values that broadcast. */
export function combine(node: NodeCall, a: Value, b: Value, f: (a: Tensor, b: Tensor) => Tensor): Placed {
  const { scope } = node
  const [ra, rb] = [a, b].map(v => scope.shape(v).length)
  const rank = Math.max(ra, rb)
  // The larger one stays as it lies, above all the one that is no weight.
  const lead = [a, b].find(v => isPlaced(v) && scope.shape(v).length === rank) as Placed | undefined
  const layout = lead?.layout ?? inOrder(rank)
  const [x, y] = [scope.operand(a, layout), scope.operand(b, layout)]
  if (x.dtype !== 'f32' || y.dtype !== 'f32')
    throw node.refuse('whole numbers that depend on the data are not supported')
  scope.checkSize(broadcastShape(node.op, x.shape, y.shape))
  const tensor = f(x, y)
  // Axes of 1 in front were left out where weights have them.
  return { tensor: reshape(tensor, [...Array(rank - tensor.shape.length).fill(1), ...tensor.shape]), layout }
}

/** A constant number as the right-hand side, which needs no second tensor. */
function constantNumber(value: Value): number | undefined {
  return isKnown(value) && !value.known.integer && value.known.shape.length === 0 ? value.known.values[0] : undefined
}

const importBinary =
  (f: (a: Tensor, b: Tensor) => Tensor, byConstant?: (x: Tensor, c: number) => Tensor): Importer =>
  node => {
    const [a, b] = [node.input(0), node.input(1)]
    const folded = computeKnown(node, [a, b])
    if (folded) return folded
    const c = byConstant && isPlaced(a) ? constantNumber(b) : undefined
    if (byConstant && c !== undefined && isPlaced(a) && a.tensor.dtype === 'f32')
      return { tensor: byConstant(a.tensor, c), layout: a.layout }
    return combine(node, a, b, f)
  }

/** Any number of values, one after the other. */
const importVariadic =
  (f: (a: Tensor, b: Tensor) => Tensor, finish: (x: Tensor, count: number) => Tensor = x => x): Importer =>
  node => {
    const values = node.all()
    const folded = values.length === 2 ? computeKnown(node, values) : undefined
    if (folded) return folded
    const [first, ...others] = values
    const layout = isPlaced(first) ? first.layout : inOrder(node.scope.shape(first).length)
    let sum: Placed = { tensor: node.scope.tensor(first, layout), layout }
    for (const value of others) sum = combine(node, sum, value, f)
    return { tensor: finish(sum.tensor, values.length), layout: sum.layout }
  }

const importPow: Importer = node => {
  const exponent = node.number(1, 'exponent') ?? Number.NaN
  const powers = new Map<number, (x: Tensor) => Tensor>([
    [1, x => x],
    [2, square],
    [3, x => multiply(square(x), x)],
    [4, x => square(square(x))],
    [0.5, sqrt],
    [-0.5, x => reciprocal(sqrt(x))],
    [-1, reciprocal],
    [-2, x => reciprocal(square(x))],
  ])
  const power = powers.get(exponent)
  if (!power) throw node.refuse(`the exponent ${exponent} is not supported; ${[...powers.keys()].join(', ')} are`)
  return importUnary(power)(node)
}

const importClip: Importer = node => {
  const low = node.number(1, 'lower bound') ?? -Infinity
  const high = node.number(2, 'upper bound') ?? Infinity
  return importUnary(x => (low === 0 && high === Infinity ? relu(x) : clip(x, low, high)))(node)
}

const importGelu: Importer = node => {
  const form = node.attributes.text('approximate', 'none')
  if (form === 'none') return importUnary(gelu)(node)
  if (form !== 'tanh') throw node.refuse(`approximate=${form} is not supported`)
  const inner = (x: Tensor) => affine(add(x, affine(multiply(square(x), x), 0.044715)), Math.sqrt(2 / Math.PI))
  return importUnary(x => multiply(x, affine(tanh(inner(x)), 0.5, 0.5)))(node)
}

const importPRelu: Importer = node =>
  combine(node, node.input(0), node.input(1), (x, slope) => subtract(relu(x), multiply(slope, relu(negate(x)))))

/** max(x, 0) + alpha * (exp(min(x, 0)) - 1) */
const elu = (x: Tensor, alpha: number) => add(relu(x), affine(exp(negate(relu(negate(x)))), alpha, -alpha))

export const importers: Importers = {
  Relu: importUnary(relu),
  LeakyRelu: node => {
    const slope = node.attributes.float('alpha', 0.01)
    if (slope < 0) throw node.refuse(`alpha=${slope} is not supported; the slope must not be negative`)
    return importUnary(x => leakyRelu(x, slope))(node)
  },
  PRelu: importPRelu,
  Elu: node => importUnary(x => elu(x, node.attributes.float('alpha', 1)))(node),
  Sigmoid: importUnary(sigmoid),
  HardSigmoid: node => {
    const [alpha, beta] = [node.attributes.float('alpha', 0.2), node.attributes.float('beta', 0.5)]
    return importUnary(x => clip(affine(x, alpha, beta), 0, 1))(node)
  },
  HardSwish: importUnary(x => multiply(x, clip(affine(x, 1 / 6, 0.5), 0, 1))),
  // log(1 + e^x), written so that it does not overflow.
  Softplus: importUnary(x => add(relu(x), log(affine(exp(negate(abs(x))), 1, 1)))),
  Softsign: importUnary(x => divide(x, affine(abs(x), 1, 1))),
  Tanh: importUnary(tanh),
  Gelu: importGelu,
  Erf: importUnary(erf),
  Exp: importUnary(exp),
  Log: importUnary(log),
  Sqrt: importUnary(sqrt),
  Abs: importUnary(abs),
  Neg: importUnary(negate),
  Reciprocal: importUnary(reciprocal),
  Clip: importClip,
  Pow: importPow,
  Add: importBinary(add, (x, c) => affine(x, 1, c)),
  Sub: importBinary(subtract, (x, c) => affine(x, 1, -c)),
  Mul: importBinary(multiply, (x, c) => affine(x, c)),
  Div: importBinary(divide, (x, c) => affine(x, 1 / c)),
  Max: importVariadic(maximum),
  Min: importVariadic(minimum),
  Sum: importVariadic(add),
  Mean: importVariadic(add, (x, count) => affine(x, 1 / count)),
}

/** An op of one input as one operator; the layout stays. */
const unary =
  (op: string, attributes: (attrs: UnaryAttrs) => Record<string, AttributeValue> = () => ({})): Exporter =>
  (node, scope) => {
    const layout = layoutOf(node.inputs[0], scope)
    const attrs = attributes(node.attrs as unknown as UnaryAttrs)
    scope.define(node.outputs[0], op, [scope.in(node.inputs[0], layout)], attrs, layout)
  }

export const layoutOf = (tensor: Tensor, scope: ExportScope) => scope.layout(tensor) ?? inOrder(tensor.shape.length)

const binary =
  (op: string): Exporter =>
  (node, scope) => {
    const [y] = node.outputs
    const { inputs, layout } = operands(node, scope)
    scope.define(y, op, inputs, {}, layout)
  }

/** Both inputs of an op that broadcasts, in the layout of the larger one. */
function operands(node: Node, scope: ExportScope) {
  const rank = node.outputs[0].shape.length
  const lead = node.inputs.find(t => t.shape.length === rank && scope.layout(t))
  const mixed = node.inputs.some(t => t.shape.length < rank && scope.layout(t))
  const layout = mixed || !lead ? inOrder(rank) : layoutOf(lead, scope)
  return { inputs: node.inputs.map(t => scope.operand(t, layout)), layout }
}

const exportAffine: Exporter = (node, scope) => {
  const { alpha, beta } = node.attrs as unknown as UnaryAttrs
  const layout = layoutOf(node.inputs[0], scope)
  const [x, y] = [scope.in(node.inputs[0], layout), node.outputs[0]]
  if (alpha === -1 && beta === 0) return scope.define(y, 'Neg', [x], {}, layout)
  const scaled = alpha === 1 && beta !== 0 ? x : undefined
  if (beta === 0) return scope.define(y, 'Mul', [x, scope.scalar(alpha)], {}, layout)
  scope.define(y, 'Add', [scaled ?? scope.emit('Mul', [x, scope.scalar(alpha)])[0], scope.scalar(beta)], {}, layout)
}

const exportGelu: Exporter = (node, scope) => unary('Gelu')(node, scope)

const exportAtLeast: Exporter = (node, scope) => {
  const { inputs, layout } = operands(node, scope)
  const [truth] = scope.emit('GreaterOrEqual', inputs)
  scope.define(node.outputs[0], 'Cast', [truth], { to: 1 }, layout)
}

const exportBroadcastTo: Exporter = (node, scope) => {
  const [y] = node.outputs
  scope.define(y, 'Expand', [scope.in(node.inputs[0]), scope.shape(scope.sizes(y))])
}

const unaryExporters: Record<string, Exporter> = {
  relu: unary('Relu'),
  leakyRelu: unary('LeakyRelu', ({ alpha }) => ({ alpha: { float: alpha } })),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  gelu: exportGelu,
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  abs: unary('Abs'),
  reciprocal: unary('Reciprocal'),
  affine: exportAffine,
  square: (node, scope) => {
    const layout = layoutOf(node.inputs[0], scope)
    const x = scope.in(node.inputs[0], layout)
    scope.define(node.outputs[0], 'Mul', [x, x], {}, layout)
  },
  clip: (node, scope) => {
    const { alpha, beta } = node.attrs as unknown as UnaryAttrs
    const layout = layoutOf(node.inputs[0], scope)
    const bounds = [alpha, beta].map(bound => (Number.isFinite(bound) ? scope.scalar(bound) : ''))
    scope.define(node.outputs[0], 'Clip', [scope.in(node.inputs[0], layout), ...bounds], {}, layout)
  },
}
const binaryExporters: Record<string, Exporter> = {
  add: binary('Add'),
  subtract: binary('Sub'),
  multiply: binary('Mul'),
  divide: binary('Div'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  atLeast: exportAtLeast,
}

export const exporters: Exporters = [
  ...Object.entries(unaryExporters).map(([name, exporter]): [Op, Exporter] => [unaryOps.get(name)!.op, exporter]),
  ...Object.entries(binaryExporters).map(([name, exporter]): [Op, Exporter] => [binaryOps.get(name)!, exporter]),
  [broadcastToOp, exportBroadcastTo],
]

// atLeast comes back as this pair.
export const comparisonImporters: Importers = {
  GreaterOrEqual: node => combine(node, node.input(0), node.input(1), atLeast),
  LessOrEqual: node => combine(node, node.input(1), node.input(0), atLeast),
}

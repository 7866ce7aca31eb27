import type { Op, Tensor } from '../graph.ts'
import { expectDType, expectSame, f32 } from './check.ts'

/** How the gradient of an elementwise function is written: over its output or over its input. */
export type UnaryGradientOf = 'input' | 'output'

export interface UnaryDefinition {
  readonly name: string
  /** y = f(x); `alpha` and `beta` are the op's constants (slope, factor, bounds). */
  f(x: number, alpha: number, beta: number): number
  /** dy/dx, given x or y as `of` says. */
  derivative(v: number, alpha: number, beta: number): number
  readonly of: UnaryGradientOf
  /** Whether it has constants; without, further arguments are ignored (so that `tensors.map(relu)` works). */
  readonly constants?: boolean
}

export interface UnaryAttrs {
  alpha: number
  beta: number
}

/** Ops of one input, element by element, and their gradients. Backends look them up by name. */
export const unaryOps = new Map<
  string,
  { op: Op<UnaryAttrs>; gradientOp: Op<UnaryAttrs>; definition: UnaryDefinition }
>()

/** Defines an elementwise op with its gradient; gives the function over tensors. */
export function defineUnary(definition: UnaryDefinition): (x: Tensor, alpha?: number, beta?: number) => Tensor {
  const { name, f, derivative, of } = definition
  const gradientOp: Op<UnaryAttrs> = {
    name: `${name}Gradient`,
    infer([dy, ref]) {
      expectSame(`${name}Gradient`, dy, ref)
      return [f32(dy.shape)]
    },
    reference({ inputs: [dy, ref], outputs: [dx], attrs }) {
      for (let i = 0; i < dx.length; i++) dx[i] = dy[i] * derivative(ref[i], attrs.alpha, attrs.beta)
    },
  }
  const op: Op<UnaryAttrs> = {
    name,
    infer([x]) {
      expectDType(name, 'input', x, 'f32')
      return [f32(x.shape)]
    },
    gradient(node, [dy]) {
      const ref = of === 'output' ? node.outputs[0] : node.inputs[0]
      return dy ? dy.graph.add(gradientOp, [dy, ref], node.attrs as unknown as UnaryAttrs) : []
    },
    reference({ inputs: [x], outputs: [y], attrs }) {
      for (let i = 0; i < y.length; i++) y[i] = f(x[i], attrs.alpha, attrs.beta)
    },
  }
  unaryOps.set(name, { op, gradientOp, definition })
  const apply = (x: Tensor, alpha = 0, beta = 0) => x.graph.add(op, [x], { alpha, beta })[0]
  return definition.constants ? apply : x => apply(x)
}

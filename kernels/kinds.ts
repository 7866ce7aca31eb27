// Numbers of the `kind` arguments, the same as in `src/engine/backends/wasm/kinds.ts`.

export const RELU: i32 = 0
export const LEAKY_RELU: i32 = 1
export const SIGMOID: i32 = 2
export const TANH: i32 = 3
export const GELU: i32 = 4
export const EXP: i32 = 5
export const LOG: i32 = 6
export const SQRT: i32 = 7
export const NEGATE: i32 = 8
export const SQUARE: i32 = 9
export const ABS: i32 = 10
export const RECIPROCAL: i32 = 11
export const AFFINE: i32 = 12
export const CLIP: i32 = 13

export const ADD: i32 = 0
export const SUBTRACT: i32 = 1
export const MULTIPLY: i32 = 2
export const DIVIDE: i32 = 3
export const MAXIMUM: i32 = 4
export const MINIMUM: i32 = 5
export const AT_LEAST: i32 = 6

export const REDUCE_SUM: i32 = 0
export const REDUCE_MEAN: i32 = 1
export const REDUCE_MAX: i32 = 2
export const REDUCE_MIN: i32 = 3

export const SGD: i32 = 0
export const MOMENTUM: i32 = 1
export const NESTEROV: i32 = 2
export const RMSPROP: i32 = 3
export const RMSPROP_MOMENTUM: i32 = 4
export const RMSPROP_CENTERED: i32 = 5
export const RMSPROP_CENTERED_MOMENTUM: i32 = 6
export const ADAM: i32 = 7
export const ADAMW: i32 = 8
export const AMSGRAD: i32 = 9

// Tags for generic functions: one class per unary, binary and reduce kind.
export class Relu {}
export class LeakyRelu {}
export class Sigmoid {}
export class Tanh {}
export class Gelu {}
export class Exp {}
export class Log {}
export class Sqrt {}
export class Negate {}
export class Square {}
export class Abs {}
export class Reciprocal {}
export class Affine {}
export class Clip {}
export class Add {}
export class Subtract {}
export class Multiply {}
export class Divide {}
export class Maximum {}
export class Minimum {}
export class AtLeast {}

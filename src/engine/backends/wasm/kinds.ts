/**
 * Numbers of the `kind` arguments: a kind's position in its list. `kernels/kinds.ts` holds the same numbers.
 * Names of unary and binary kinds are those of the ops.
 */
// biome-ignore format: a list to count in
export const unaryKinds = [
  'relu', 'leakyRelu', 'sigmoid', 'tanh', 'gelu', 'exp', 'log', 'sqrt', 'negate', 'square', 'abs', 'reciprocal',
  'affine', 'clip',
] as const
// biome-ignore format: a list to count in
export const binaryKinds = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'atLeast'] as const
export const reduceKinds = ['sum', 'mean', 'max', 'min'] as const
/** What the states are: see `ops/optimizerHyper.ts`. */
// biome-ignore format: a list to count in
export const optimizerKinds = [
  'sgd', 'momentum', 'nesterov', 'rmsprop', 'rmspropMomentum', 'rmspropCentered', 'rmspropCenteredMomentum',
  'adam', 'adamw', 'amsgrad',
] as const

export type UnaryKind = (typeof unaryKinds)[number]
export type BinaryKind = (typeof binaryKinds)[number]
export type ReduceKind = (typeof reduceKinds)[number]
export type OptimizerKind = (typeof optimizerKinds)[number]

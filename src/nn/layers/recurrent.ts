import type { Shape, Tensor } from '../../engine/graph.ts'
import { type Cell, gatesOf, recurrent, reshape, slice } from '../../engine/ops/index.ts'
import { InklingError } from '../../errors.ts'
import type { BuildContext } from '../context.ts'
import type { Initializer, InitializerName } from '../initializers.ts'
import { type Layer, type LayerOptions, layer } from '../layer.ts'
import { positive } from './check.ts'

/** What every recurrent layer takes. */
export interface RecurrentLayerOptions extends LayerOptions {
  /** Give the state of every step, [time, units]; else that of the last, [units]. */
  returnSequences?: boolean
  /**
   * Go from the last step to the first. The states stand beside the steps they were made at (Keras lists them in the
   * order they were made).
   */
  goBackwards?: boolean
  useBias?: boolean
  kernelInitializer?: Initializer | InitializerName
  recurrentInitializer?: Initializer | InitializerName
  biasInitializer?: Initializer | InitializerName
}

/** A layer over time: [time, features] -> [units] or [time, units]; `layer(x, lengths)` heeds lengths. */
export interface RecurrentLayer extends Layer {
  readonly units: number
  readonly returnSequences: boolean
  readonly goBackwards: boolean
  /** A layer of the same settings but for the name and the direction, with weights of its own. */
  twin(changes: { name: string; goBackwards: boolean }): RecurrentLayer
}

/**
 * A recurrent layer of one cell. Parameters: kernel [in, gates * units], recurrentKernel [units, gates * units],
 * bias [gates * units], and recurrentBias of the same shape for gru.
 */
export function recurrentLayer(
  type: string,
  cell: Cell,
  units: number,
  options: RecurrentLayerOptions = {},
): RecurrentLayer {
  const { returnSequences = false, goBackwards = false, useBias = true } = options
  const { kernelInitializer = 'glorotUniform', recurrentInitializer = 'orthogonal' } = options
  const { biasInitializer = 'zeros' } = options
  positive(type, 'units', units)
  const width = gatesOf[cell] * units
  const bias = (ctx: BuildContext, name: string) =>
    useBias
      ? ctx.parameter(name, [width], biasInitializer, { kind: 'bias' })
      : ctx.graph.constant(new Float32Array(width), [width])
  const self = layer(
    type,
    (x, ctx, [lengths]) => {
      checkSequences(type, x, lengths)
      const [batch, time, features] = x.shape
      const kernel = ctx.parameter('kernel', [features, width], kernelInitializer)
      const recurrentKernel = ctx.parameter('recurrentKernel', [units, width], recurrentInitializer)
      const h = recurrent(cell, x, kernel, recurrentKernel, bias(ctx, 'bias'), {
        reverse: goBackwards,
        recurrentBias: cell === 'gru' ? bias(ctx, 'recurrentBias') : undefined,
        lengths,
      })
      if (returnSequences) return h
      // A sequence that has ended keeps its state: the last one stands at the last step, or at the first going back.
      const last = goBackwards ? 0 : time - 1
      return reshape(slice(h, 1, last, last + 1), [batch, units])
    },
    options,
  )
  return Object.assign(self, {
    units,
    returnSequences,
    goBackwards,
    twin: (changes: { name: string; goBackwards: boolean }) =>
      recurrentLayer(type, cell, units, { ...options, ...changes }),
  })
}

function checkSequences(type: string, x: Tensor, lengths: Tensor | undefined): void {
  const got = (shape: Shape) => `[${shape.slice(1).join(', ')}]`
  if (x.shape.length !== 3)
    throw new InklingError(`${type}: got examples of shape ${got(x.shape)}; expected [time, features]`, {
      exitCode: 2,
      hint: 'reshape([time, features]) makes steps of a picture’s rows; returnSequences keeps them between layers.',
    })
  if (lengths && (lengths.dtype !== 'i32' || lengths.shape.length !== 1))
    throw new InklingError(
      `${type}: got lengths of type ${lengths.dtype} and shape ${got(lengths.shape)}; expected one i32 an example`,
      { exitCode: 2, hint: "input([], { dtype: 'i32', name: 'lengths' }) is such an input." },
    )
}

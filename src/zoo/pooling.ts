import { averagePool2d, type Layer, maxPool2d } from '../nn/index.ts'
import { choice } from './options.ts'

type Pooling = 'max' | 'average'

/** The option of models that can pool either way. */
export const pooling = (usual: Pooling) => choice<Pooling>(usual, 'what a pool keeps', ['max', 'average'])

/** A pool over 2 x 2. */
export const pool2d = (which: Pooling): Layer => (which === 'max' ? maxPool2d(2) : averagePool2d(2))

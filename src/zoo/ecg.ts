import type { Shape } from '../engine/graph.ts'
import { batchNorm, dense, dropout, type Layer, type Model, sequential } from '../nn/index.ts'
import type { RecurrentLayer, RecurrentLayerOptions } from '../nn/layers/index.ts'
import { asSteps } from './rows.ts'

interface HeartbeatNet {
  inputShape: Shape
  classes: number
  name: string
  recurrent(units: number, options?: RecurrentLayerOptions): RecurrentLayer
  /** Between the two recurrent layers. */
  dropped: number
}

/** Two recurrent layers, 48 units over all steps and 32 at the last, and two dense ones: both nets of Li et al. 2024. */
export function heartbeatNet({ inputShape, classes, name, recurrent, dropped }: HeartbeatNet): Model {
  const layers: Layer[] = [
    ...asSteps(inputShape),
    recurrent(48, { returnSequences: true }),
    batchNorm(),
    dropout(dropped),
    recurrent(32),
    dense(32, { activation: 'relu' }),
    dropout(0.2),
    dense(classes, { activation: 'softmax' }),
  ]
  return sequential(inputShape, layers, { name })
}

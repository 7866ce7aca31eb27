import type { Op, Tensor } from '../graph.ts'
import { expectRank } from './check.ts'

export interface SequenceLengthsAttrs {
  padding: number
}

/** Input x [batch, time, features]; output i32 [batch]. */
export const sequenceLengthsOp: Op<SequenceLengthsAttrs> = {
  name: 'sequenceLengths',
  infer([x]) {
    expectRank('sequenceLengths', 'input', x, 3)
    return [{ shape: [x.shape[0]], dtype: 'i32' }]
  },
  reference({ attrs: { padding }, inputs: [x], outputs: [lengths], inputSpecs: [spec] }) {
    const [batch, time, features] = spec.shape
    for (let b = 0; b < batch; b++) {
      let end = time * features
      while (end > 0 && x[b * time * features + end - 1] === padding) end--
      lengths[b] = Math.ceil(end / features)
    }
  },
}

/** How many steps each padded sequence has: all up to the last that holds anything but `padding`. i32 [batch]. */
export const sequenceLengths = (x: Tensor, padding = 0): Tensor => x.graph.add(sequenceLengthsOp, [x], { padding })[0]

import type { Tensor } from '../graph.ts'
import { broadcastTo } from './arithmetic.ts'
import { expectRank, shapeError, show } from './check.ts'
import { matmul } from './matmul.ts'
import { reshape } from './reshape.ts'
import { transpose } from './transpose.ts'
import { type Pair, pair } from './window.ts'

/** How pixels between pixels are made: the nearest one, or along straight lines between the centres. */
export type Interpolation = 'nearest' | 'bilinear'

/**
 * [batch, height, width, channels] -> [batch, height * size, width * size, channels]. 'bilinear' takes pixels as squares
 * (Keras; PyTorch's align_corners false); beyond the outermost centres the edge goes on.
 *
 * @param size whole factors, one number or [vertical, horizontal]
 */
export function upsample2d(x: Tensor, size: Pair = 2, interpolation: Interpolation = 'nearest'): Tensor {
  expectRank('upsample2d', 'input', x, 4)
  const [sy, sx] = pair(size)
  if (![sy, sx].every(s => Number.isInteger(s) && s > 0))
    throw shapeError('upsample2d', `factors ${show([sy, sx])}`, 'whole numbers above 0')
  const [n, h, w, c] = x.shape
  if (interpolation === 'nearest') {
    const spread = broadcastTo(reshape(x, [n * h, 1, w, 1, c]), [n * h, sy, w, sx, c])
    return reshape(spread, [n, h * sy, w * sx, c])
  }
  // Each axis is a product with a matrix of two weights a column, once the axis stands last.
  const across = matmul(transpose(x, [0, 1, 3, 2]), weights(x, w, sx)) // [n, h, c, w']
  const along = matmul(transpose(across, [0, 2, 3, 1]), weights(x, h, sy)) // [n, c, w', h']
  return transpose(along, [0, 3, 2, 1])
}

/** [length, length * factor]: how much each pixel counts in each new one. */
function weights({ graph }: Tensor, length: number, factor: number): Tensor {
  const made = length * factor
  const values = new Float32Array(length * made)
  for (let to = 0; to < made; to++) {
    const place = Math.min(Math.max((to + 0.5) / factor - 0.5, 0), length - 1)
    const from = Math.floor(place)
    values[from * made + to] += 1 - (place - from)
    if (from + 1 < length) values[(from + 1) * made + to] += place - from
  }
  return graph.constant(values, [length, made])
}

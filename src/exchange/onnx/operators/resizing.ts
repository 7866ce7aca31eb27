import { upsample2d } from '../../../engine/ops/index.ts'
import type { Importer, Importers } from '../importer.ts'
import { channelsLast } from '../layout.ts'

/** Enlarging by whole factors, which is all that the engine has. */
const importResize: Importer = node => {
  const { scope, attributes } = node
  const x = node.input(0)
  const shape = scope.shape(x)
  if (shape.length !== 4) throw node.refuse('only pictures [batch, channels, height, width] are supported')
  for (const name of ['antialias', 'exclude_outside']) node.only(name, 0)
  attributes.ignore('cubic_coeff_a', 'extrapolation_value', 'keep_aspect_ratio_policy')
  if (attributes.has('axes')) throw node.refuse('axes are not supported')
  const mode = attributes.text('mode', 'nearest')
  const place = attributes.text('coordinate_transformation_mode', 'half_pixel')
  const rounding = attributes.text('nearest_mode', 'round_prefer_floor')
  // Which of the ways to place pixels come to the same as the engine's when the factors are whole.
  const nearest =
    mode === 'nearest' &&
    ((place === 'asymmetric' && rounding === 'floor') || (place === 'half_pixel' && rounding.startsWith('round')))
  const linear = mode === 'linear' && (place === 'half_pixel' || place === 'pytorch_half_pixel')
  if (!nearest && !linear) throw node.refuse(`mode=${mode} with ${place} is not supported`)
  const scales = node.known(2, 'scales')?.values
  const factors = scales?.length ? Array.from(scales) : node.ints(3, 'sizes')?.map((size, i) => size / shape[i])
  if (
    factors?.length !== 4 ||
    factors[0] !== 1 ||
    factors[1] !== 1 ||
    !factors.every(f => Number.isInteger(f) && f > 0)
  )
    throw node.refuse(`factors of [${factors?.slice(0, 8)}] are not supported; whole ones for height and width are`)
  const [, , sy, sx] = factors
  scope.checkSize([shape[0], shape[1], shape[2] * sy, shape[3] * sx])
  // Straight lines are drawn by matrices [size, new size].
  if (linear)
    for (const [axis, factor] of [
      [2, sy],
      [3, sx],
    ])
      scope.checkSize([shape[axis], shape[axis] * factor])
  const layout = channelsLast(4)
  return { tensor: upsample2d(scope.tensor(x, layout), [sy, sx], linear ? 'bilinear' : 'nearest'), layout }
}

export const importers: Importers = { Resize: importResize }

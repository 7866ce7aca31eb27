import { InvalidArgumentError } from 'commander'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'

/** What `--augment` takes, with the largest sensible value of each. */
const augmentLimits: Record<string, number> = {
  rotate: 180,
  zoom: 0.9,
  shift: 1,
  shiftX: 1,
  shiftY: 1,
  flip: 1,
  crop: 16,
  elastic: 16,
}

/** Reads `--augment rotate=15,zoom=0.15`, for commander. */
export function augmentSettings(text: string): AugmentSettings {
  const settings: Record<string, number> = {}
  for (const item of text.split(',')) {
    const [name, value] = item.trim().split('=')
    const limit = augmentLimits[name]
    if (limit === undefined) throw new InvalidArgumentError(`Known are ${Object.keys(augmentLimits).join(', ')}.`)
    const number = value?.trim() ? Number(value) : Number.NaN
    if (!(number >= 0 && number <= limit))
      throw new InvalidArgumentError(`${name} must be a number from 0 to ${limit}.`)
    for (const key of name === 'shift' ? ['shiftX', 'shiftY'] : [name]) settings[key] = number
  }
  return settings
}

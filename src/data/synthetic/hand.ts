import type { Chance } from './chance.ts'

/** How one writer holds the pen, for one character. Lengths are in heights of the character. */
export interface Hand {
  /** Sideways shift per unit of height; positive leans to the right. */
  slant: number
  /** Width over height, relative to the glyph as designed. */
  width: number
  /** Degrees, clockwise. */
  rotation: number
  /** Standard deviation with which each point is missed. */
  shake: number
  /** Standard deviation of the smooth warp of the whole plane. */
  warp: number
  /** Amplitude of the tremor along the path. */
  tremor: number
  /** Passes of smoothing along the path: a fast pen cuts its corners. */
  haste: number
  /** Radius of the pen, relative to the longer side of the finished character. */
  radius: number
  /** How much wider the line gets where the pen is slow (turns), and thinner where it is fast. */
  contrast: number
  /** How much thinner the line is along the nib's direction; 0 for a round pen. */
  nib: number
  nibAngle: number
  /** Relative width at the first and the last point of a stroke. */
  startPressure: number
  endPressure: number
  /** Slow change of the width along the path. */
  pressureNoise: number
  /** By how much strokes run on at their ends; negative when they stop short. */
  overshoot: number
}

export function randomHand(c: Chance): Hand {
  // Most hands are tidy and a few are wild: one factor scales everything that goes astray.
  const wild = c.yes(0.25) ? c.between(1.1, 2.1) : c.between(0.5, 1.1)
  return {
    slant: c.about(0.16, 0.28),
    width: c.between(0.64, 1.28) * (1 + c.about(0, 0.1)),
    rotation: c.about(0, 9),
    shake: 0.022 * wild,
    warp: 0.035 * wild,
    tremor: c.between(0, 0.012) * wild,
    haste: Math.floor(c.between(0, 1) * c.between(0, 22)),
    radius: penRadius(c),
    contrast: c.about(0.15, 0.2),
    nib: c.yes(0.35) ? c.between(0.1, 0.5) : 0,
    nibAngle: c.about(-45, 35),
    startPressure: c.about(0.95, 0.2),
    endPressure: c.about(0.88, 0.22),
    pressureNoise: c.between(0.02, 0.2),
    overshoot: c.about(0, 0.025),
  }
}

/** Half the width of the line; a fine pen, a ball pen, or a felt tip. */
function penRadius(c: Chance): number {
  return Math.max(0.026, c.about(0.069, 0.018) + (c.yes(0.15) ? c.between(0, 0.07) : 0))
}

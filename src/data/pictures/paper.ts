import { boxBlur, extreme, percentile, type Raster } from './raster.ts'
import { fitSurface } from './surface.ts'

/** Ink above paper: 0 where there is none, about 255 for black ink on white paper, whatever the light. */
export interface InkMap extends Raster {
  /** The ink was lighter than its background (chalk, a screenshot in dark mode). */
  lightInk: boolean
  /** Standard deviation of the paper, in the same units. */
  noise: number
}

/**
 * Takes the paper away. The background is first guessed as a smooth surface (a quadratic fitted so that ink, the
 * minority, does not count); whether the ink is darker or lighter follows from the residuals, whose one tail ink makes
 * long. Where the edge of a shadow runs through the picture, the background is taken from a morphological closing
 * instead, which follows such edges. Ink is measured relative to the brightness of its paper, as ink swallows a share
 * of the light.
 */
export function inkMap(grey: Raster): InkMap {
  const { width, height } = grey
  const surface = fitSurface(grey)
  const { shadowed } = surface
  const lightInk = shadowed ? thinThingsAreLight(grey) : surface.skew > 0
  const dark: Raster = lightInk ? { width, height, data: grey.data.map(v => 255 - v) } : grey
  const background = shadowed ? closing(dark) : surface.paint(width, height)
  const data = new Float32Array(grey.data.length)
  for (let i = 0; i < data.length; i++) {
    const b = shadowed || !lightInk ? background.data[i] : 255 - background.data[i]
    data[i] = (255 * (b - dark.data[i])) / Math.max(b, 64)
  }
  if (shadowed) {
    // The closing rides on the brightest grain of the paper: the middle of all is where paper lies.
    const offset = percentile(data, 0.5)
    for (let i = 0; i < data.length; i++) data[i] -= offset
  }
  return { width, height, data, lightInk, noise: spreadOfPaper(data) }
}

/** Standard deviation of the paper by the half below zero: ink is above. */
function spreadOfPaper(ink: Float32Array): number {
  const below = new Float32Array(ink.length)
  let n = 0
  for (const v of ink) if (v <= 0) below[n++] = -v
  return 1.4826 * percentile(below.subarray(0, n), 0.5)
}

/** Dark things narrower than the window vanish, large dark areas keep their edges. */
function closing(grey: Raster): Raster {
  const { width, height } = grey
  const window = Math.max(0.35 * Math.min(width, height), 0.2 * Math.max(width, height))
  const radius = Math.max(1, Math.round(window / 2))
  const kept = extreme(extreme(grey, radius, 1), radius, -1)
  return boxBlur(kept, Math.max(1, Math.round(0.008 * Math.max(width, height))))
}

/** Whether what is thin in the picture is lighter than what is around it: the stronger of the two top-hat transforms. */
function thinThingsAreLight(grey: Raster): boolean {
  const { width, height, data } = grey
  const radius = Math.max(1, Math.round(0.06 * Math.min(width, height)))
  const closed = extreme(extreme(grey, radius, 1), radius, -1)
  const opened = extreme(extreme(grey, radius, -1), radius, 1)
  let balance = 0
  for (let i = 0; i < data.length; i++) balance += (data[i] - opened.data[i]) ** 3 - (closed.data[i] - data[i]) ** 3
  return balance > 0
}

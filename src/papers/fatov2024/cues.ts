import { type Dataset, exampleAt, labelAt } from '../../data/dataset.ts'
import { rocCurve } from '../../evaluation/roc.ts'
import type { Trial } from '../experiment.ts'
import { loadedFacts } from '../training.ts'
import { classesAlone, type Framing, framed, glyphs } from './data.ts'
import { OVALS } from './ovals.ts'

const SIDE = 28

/** Mean grey of the pixels that hold ink: how the pictures were made, not what is on them. */
function tone(picture: ArrayLike<number>): number {
  let [sum, inked] = [0, 0]
  for (let i = 0; i < picture.length; i++) {
    sum += picture[i]
    if (picture[i] > 0) inked++
  }
  return sum / Math.max(1, inked)
}

/** How far the centre of mass is from the middle of the picture, pixels. */
function offCentre(picture: ArrayLike<number>): number {
  let [sum, x, y] = [0, 0, 0]
  for (let i = 0; i < picture.length; i++) {
    sum += picture[i]
    x += picture[i] * (i % SIDE)
    y += picture[i] * Math.floor(i / SIDE)
  }
  const middle = (SIDE - 1) / 2
  return sum === 0 ? 0 : Math.hypot(x / sum - middle, y / sum - middle)
}

/** The area below the ROC curve of telling 0 from O by one number, whichever way it points. */
function areaOf(number: (picture: ArrayLike<number>) => number, ovals: Dataset): number {
  const scores = Float64Array.from({ length: ovals.length }, (_, i) => number(exampleAt(ovals, i)))
  const area = rocCurve(scores, i => labelAt(ovals, i) === 0).auc ?? 0.5
  return Math.max(area, 1 - area)
}

/** What tells 0 from O without a look at their shapes: digits and letters come from different sources. */
export const cuesTrial = (framing: Framing): Trial => ({
  variant: framed(framing, 'cues'),
  recipes: ['paper'],
  once: true,
  async run(context) {
    const loaded = classesAlone(await glyphs(framing)(context), OVALS)
    return {
      metrics: { toneAuc: areaOf(tone, loaded.train), placeAuc: areaOf(offCentre, loaded.train) },
      data: loadedFacts(loaded),
    }
  },
})

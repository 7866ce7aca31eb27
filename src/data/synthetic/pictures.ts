import { InklingError } from '../../errors.ts'
import { createRandom, type Random } from '../../random.ts'
import type { Dataset } from '../dataset.ts'
import { balancedClass } from './balanced.ts'
import { type Chance, createChance } from './chance.ts'
import { contrasting, Scene, SIDE } from './scene.ts'
import type { Shape } from './shapes.ts'
import * as shapes from './shapes.ts'

const VALUES = SIDE * SIDE * 3

/** A disc or a rounded box: what stripes, checks and waves are cut out of, so that their outline tells nothing. */
const patch = (c: Chance): Shape => (c.yes(0.5) ? shapes.disc(1) : shapes.polygon(box(0.75), c.between(0.05, 0.2)))

/** The ten kinds and how one of each is drawn; the size of each is about 1 from its middle. */
const KINDS: Readonly<Record<string, (chance: Chance) => Shape>> = {
  disc: c => shapes.disc(c.between(0.75, 0.95)),
  ring: c => shapes.ring(c.between(0.7, 0.8), c.between(0.22, 0.45)),
  crescent: c => shapes.crescent(0.95, c.between(0.4, 0.65)),
  triangle: c => shapes.polygon(shapes.shaken(shapes.rays(3, 0.98), 0.07, c), c.between(0, 0.08)),
  square: c => shapes.polygon(shapes.shaken(box(0.78), 0.06, c), c.between(0, 0.1)),
  star: c => shapes.polygon(shapes.shaken(shapes.rays(5, 1.05, c.between(0.4, 0.5)), 0.03, c), c.between(0, 0.05)),
  cross: c => shapes.polygon(shapes.shaken(cross(c.between(0.2, 0.34)), 0.04, c), c.between(0, 0.06)),
  stripes: c => shapes.within(patch(c), shapes.bars(c.between(0.5, 0.7), c.between(0, 1))),
  checks: c => shapes.within(patch(c), shapes.board(c.between(0.7, 1), c.between(0, 1))),
  waves: c =>
    shapes.within(
      patch(c),
      shapes.swinging(c.between(0.55, 0.75), c.between(0, 1), c.between(0.15, 0.24), c.between(0.9, 1.3)),
    ),
}

/** A square of this half-width. */
const box = (w: number) => [-w, -w, w, -w, w, w, -w, w]

/** Two bars of half-width `w` across each other. */
const cross = (w: number) =>
  [
    [-w, -1],
    [w, -1],
    [w, -w],
    [1, -w],
    [1, w],
    [w, w],
    [w, 1],
    [-w, 1],
    [-w, w],
    [-1, w],
    [-1, -w],
    [-w, -w],
  ].flat()

/** The classes of {@link madePictures}, in the order of their ids. */
export const PICTURE_KINDS: readonly string[] = Object.keys(KINDS)

/**
 * Colour pictures, 32 x 32, of ten kinds: one figure each in any colour on any ground, of any place, size and turn, among
 * strokes and spots that partly cover it, lit from one side and with the grain of a camera. Whether the figure is light
 * or dark says nothing, nor does any one pixel.
 *
 * The classes are balanced: every ten pictures hold each once. Picture i depends on (seed, i) alone.
 */
export function madePictures({ count, seed }: { count: number; seed: number }): Dataset {
  if (!Number.isInteger(count) || count < 0)
    throw new InklingError(`count must be a whole number of pictures, not ${count}`, { exitCode: 2 })
  const features = new Uint8Array(count * VALUES)
  const labels = new Int32Array(count)
  makePicturesInto(features, labels, { seed })
  return { name: 'made-pictures', shape: [SIDE, SIDE, 3], classes: PICTURE_KINDS, length: count, features, labels }
}

/** A share of the pictures of {@link madePictures}, from picture `start` until `labels` is full. */
export function makePicturesInto(
  features: Uint8Array,
  labels: Int32Array,
  { seed, start = 0 }: { seed: number; start?: number },
): void {
  const root = createRandom(seed).fork('made pictures')
  for (let i = 0; i < labels.length; i++) {
    labels[i] = balancedClass(root, start + i, PICTURE_KINDS.length)
    drawPicture(PICTURE_KINDS[labels[i]], root.fork(start + i), features.subarray(i * VALUES, (i + 1) * VALUES))
  }
}

function drawPicture(kind: string, random: Random, out: Uint8Array): void {
  const c = createChance(random)
  const scene = new Scene(c, random)
  const [ink, ground] = contrasting(c, 0.36)
  scene.ground(ground)
  for (let n = Math.floor(c.between(0, 3)); n > 0; n--) distract(scene, c)
  const half = c.between(8.5, 13.5)
  const reach = SIDE / 2 - 0.8 * half
  const place = {
    x: SIDE / 2 + c.between(-reach, reach),
    y: SIDE / 2 + c.between(-reach, reach),
    ...{ half, degrees: c.between(-30, 30), squeeze: c.between(0.8, 1) },
  }
  scene.lay(KINDS[kind](c), place, ink, c.between(0.8, 1))
  if (c.yes(0.5)) distract(scene, c)
  scene.expose(out)
}

/** A stroke or a spot of any colour: smaller than any figure, it may lie below or upon it. */
function distract(scene: Scene, c: Chance): void {
  const colour = [c.between(0, 1), c.between(0, 1), c.between(0, 1)] as const
  const shape = c.yes(0.5) ? shapes.line(2, c.between(0.15, 0.4)) : shapes.disc(c.between(0.4, 0.7))
  const at = { x: c.between(0, SIDE), y: c.between(0, SIDE), half: c.between(3, 6) }
  scene.lay(shape, { ...at, degrees: c.between(0, 360), squeeze: c.between(0.5, 1) }, colour, c.between(0.6, 1))
}

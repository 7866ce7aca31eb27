import type { Random } from '../../random.ts'
import { type Chance, direction, grainOf } from './chance.ts'
import type { Shape } from './shapes.ts'

/** Side of a made picture. */
export const SIDE = 32

type Colour = readonly [red: number, green: number, blue: number]

/** Where a shape lies: the middle in pixels, half its size in pixels, and its turn. */
export interface Placing {
  x: number
  y: number
  half: number
  degrees: number
  /** Height by width: below 1 it is squeezed. */
  squeeze: number
}

/** Two colours that can be told apart: the difference of their brightness, or of their hue, is large enough. */
export function contrasting(chance: Chance, least: number): [ink: Colour, ground: Colour] {
  const any = (): Colour => [chance.between(0, 1), chance.between(0, 1), chance.between(0, 1)]
  const ground = any()
  for (;;) {
    const ink = any()
    const apart = Math.abs(ink[0] - ground[0]) + Math.abs(ink[1] - ground[1]) + Math.abs(ink[2] - ground[2])
    if (apart >= 3 * least) return [ink, ground]
  }
}

/** A picture in the making: red, green and blue of each pixel, 0 to 1 and for a while beyond. */
export class Scene {
  readonly values = new Float32Array(SIDE * SIDE * 3)
  readonly #chance: Chance
  readonly #random: Random

  constructor(chance: Chance, random: Random) {
    this.#chance = chance
    this.#random = random
  }

  /** Fills all with a colour that changes from corner to corner, and in soft clouds. */
  ground(colour: Colour): void {
    const chance = this.#chance
    const change = chance.between(0.03, 0.2)
    const corners = [0, 1, 2, 3].map(() => colour.map(v => v + chance.about(0, change)))
    const clouds = softNoise(this.#random)
    const strength = chance.between(0, 0.15)
    for (let y = 0, k = 0; y < SIDE; y++) {
      const v = y / (SIDE - 1)
      for (let x = 0; x < SIDE; x++) {
        const u = x / (SIDE - 1)
        const cloud = strength * clouds[y * SIDE + x]
        for (let c = 0; c < 3; c++) {
          const top = corners[0][c] + u * (corners[1][c] - corners[0][c])
          const foot = corners[2][c] + u * (corners[3][c] - corners[2][c])
          this.values[k++] = top + v * (foot - top) + cloud
        }
      }
    }
  }

  /** Lays a shape over what is there; its colour may change from one side to the other, and let the ground through. */
  lay(shape: Shape, { x: cx, y: cy, half, degrees, squeeze }: Placing, colour: Colour, opacity: number): void {
    const [cos, sin] = direction(degrees)
    const other = colour.map(v => v + this.#chance.about(0, 0.12))
    // The corners of a rounded box are the farthest that any shape reaches.
    const reach = 1.5 * half + 1
    const first = (middle: number) => Math.max(0, Math.floor(middle - reach))
    const end = (middle: number) => Math.min(SIDE, Math.ceil(middle + reach))
    for (let y = first(cy); y < end(cy); y++) {
      for (let x = first(cx); x < end(cx); x++) {
        const dx = (x + 0.5 - cx) / half
        const dy = (y + 0.5 - cy) / half
        const u = dx * cos + dy * sin
        const v = (dy * cos - dx * sin) / squeeze
        // A pixel takes ink as its middle lies inside or outside the edge, from half a pixel before to half a pixel behind.
        const share = opacity * Math.min(1, Math.max(0, 0.5 - shape(u, v) * half))
        if (share === 0) continue
        const side = Math.min(1, Math.max(0, 0.5 + u / 2))
        const k = (y * SIDE + x) * 3
        for (let c = 0; c < 3; c++) {
          const paint = colour[c] + side * (other[c] - colour[c])
          this.values[k + c] += share * (paint - this.values[k + c])
        }
      }
    }
  }

  /** Light from one side, then the camera: grain, and 8 bits a value. */
  expose(out: Uint8Array): void {
    const chance = this.#chance
    const [cos, sin] = direction(chance.between(0, 360))
    const slope = chance.between(0, 0.4)
    const brightness = chance.between(0.8, 1.15)
    const grain = chance.between(0.01, 0.06)
    for (let y = 0, k = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const along = ((x - SIDE / 2) * cos + (y - SIDE / 2) * sin) / (SIDE / 2)
        const light = brightness * (1 + (slope * along) / 2)
        for (let c = 0; c < 3; c++, k++) {
          const value = this.values[k] * light + grain * grainOf(this.#random)
          out[k] = Math.round(255 * Math.min(1, Math.max(0, value)))
        }
      }
    }
  }
}

/** Noise of a few pixels' length, -1 to 1. */
function softNoise(random: Random): Float32Array {
  const cells = 6
  const knots = Float32Array.from({ length: (cells + 1) ** 2 }, () => 2 * random.next() - 1)
  const out = new Float32Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++) {
    const v = (y * cells) / SIDE
    const j = Math.floor(v)
    for (let x = 0; x < SIDE; x++) {
      const u = (x * cells) / SIDE
      const i = Math.floor(u)
      const k = j * (cells + 1) + i
      const top = knots[k] + (u - i) * (knots[k + 1] - knots[k])
      const foot = knots[k + cells + 1] + (u - i) * (knots[k + cells + 2] - knots[k + cells + 1])
      out[y * SIDE + x] = top + (v - j) * (foot - top)
    }
  }
  return out
}

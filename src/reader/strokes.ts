import { frame, inkTracks } from '../data/synthetic/render.ts'
import { createRandom } from '../random.ts'

/** A point of a pen's path; further right and further down is larger. */
export interface StrokePoint {
  x: number
  y: number
}

/** Half the width of the pen, relative to the longer side of the drawing: that of the usual digit of MNIST. */
const RADIUS = 0.069
/** Distance between neighbouring discs of ink, likewise. */
const STEP = 0.02
/** Clean paper, the edges that the drawn digits have in the middle. */
const SCAN = { roughness: 0, softness: 0.8 }

/**
 * Pen strokes as MNIST would show them: inked with an even pen, framed in 28 x 28. Any units.
 * @returns pixels, and whether there was nothing to see
 */
export function drawStrokes(strokes: readonly (readonly StrokePoint[])[]): { pixels: Uint8Array; blank: boolean } {
  const pixels = new Uint8Array(28 * 28)
  const lines = strokes.filter(stroke => stroke.length > 0)
  if (lines.length === 0) return { pixels, blank: true }
  const points = lines.flat()
  const [xs, ys] = [points.map(p => p.x), points.map(p => p.y)]
  const size = (values: number[]) => values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b))
  // A single dot has no size: any will do.
  const longer = Math.max(size(xs), size(ys)) || 1
  const tracks = lines.map(line => {
    const { x, y } = evenly(line, STEP * longer)
    return { x, y, radius: x.map(() => RADIUS * longer) }
  })
  frame(inkTracks(tracks, SCAN, createRandom(0)), pixels)
  return { pixels, blank: false }
}

/** The same line with points at most `step` apart. */
function evenly(line: readonly StrokePoint[], step: number): { x: number[]; y: number[] } {
  const even = { x: [line[0].x], y: [line[0].y] }
  for (let i = 1; i < line.length; i++) {
    const [from, to] = [line[i - 1], line[i]]
    const pieces = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step))
    for (let k = 1; k <= pieces; k++) {
      even.x.push(from.x + ((to.x - from.x) * k) / pieces)
      even.y.push(from.y + ((to.y - from.y) * k) / pieces)
    }
  }
  return even
}

import type { InkMap } from './paper.ts'
import { extreme, percentile, type Raster } from './raster.ts'

/** Ink fainter than this (of 255) is no ink. */
const FAINTEST = 18

/**
 * The strokes of a picture, 0..1: everything that is surely ink, with what is connected to it; specks, grain and the
 * edges of the sheet are left out. Undefined for a blank picture.
 */
export function strokesOf(map: InkMap): Raster | undefined {
  const { width, height, data, noise } = map
  const sure = threshold(map)
  if (sure === undefined) return undefined
  const maybe = Math.max(3 * noise, 0.4 * sure)
  const parts = components(map, sure, maybe)
  const kept = choose(parts, width, height)
  if (kept.length === 0) return undefined
  const mask = new Float32Array(data.length)
  const strong: number[] = []
  for (const part of kept) {
    for (const i of part.pixels) {
      mask[i] = 1
      if (data[i] >= sure) strong.push(data[i])
    }
  }
  // The soft edge of a stroke reaches beyond what is counted as ink.
  const reach = Math.max(1, Math.round(0.02 * Math.max(width, height)))
  const near = extreme({ width, height, data: mask }, reach, 1)
  const low = 2 * noise
  const full = Math.max(percentile(strong, 0.7), low + 1)
  const ink = new Float32Array(data.length)
  for (let i = 0; i < ink.length; i++) {
    if (near.data[i] > 0) ink[i] = Math.min(1, Math.max(0, (data[i] - low) / (full - low)))
  }
  return { width, height, data: ink }
}

/** The level above which a pixel is surely ink (Otsu, kept above the grain), or undefined for an empty sheet. */
function threshold({ data, noise }: InkMap): number | undefined {
  const floor = Math.max(5 * noise, FAINTEST)
  const above = data.filter(v => v > floor)
  // A handful of pixels is dust, not a digit.
  if (above.length < Math.max(4, 0.0003 * data.length)) return undefined
  const level = Math.max(otsu(data), floor)
  // Otsu between two kinds of ink (a bold digit with grey shadow) must not lose the fainter strokes altogether.
  return Math.min(level, 0.6 * percentile(above, 0.8))
}

/** Otsu's threshold over values 0..255. */
function otsu(data: Float32Array): number {
  const histogram = new Float64Array(256)
  let total = 0
  for (const v of data) {
    const bin = Math.min(255, Math.max(0, Math.round(v)))
    histogram[bin]++
    total += bin
  }
  let [below, sumBelow, best, at] = [0, 0, -1, 128]
  for (let t = 0; t < 255; t++) {
    below += histogram[t]
    sumBelow += t * histogram[t]
    const above = data.length - below
    if (below === 0 || above === 0) continue
    const between = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2
    if (between > best) {
      best = between
      at = t + 0.5
    }
  }
  return at
}

interface Component {
  pixels: number[]
  left: number
  top: number
  right: number
  bottom: number
  /** Pixels on the picture's edge. */
  edge: number
}

/** Connected (8 neighbours) areas above `maybe` that hold a pixel above `sure`. */
function components({ width, height, data }: Raster, sure: number, maybe: number): Component[] {
  const seen = new Uint8Array(data.length)
  const found: Component[] = []
  for (let start = 0; start < data.length; start++) {
    if (seen[start] || data[start] < sure) continue
    const part: Component = { pixels: [start], left: width, top: height, right: 0, bottom: 0, edge: 0 }
    seen[start] = 1
    for (let k = 0; k < part.pixels.length; k++) {
      const i = part.pixels[k]
      const x = i % width
      const y = (i - x) / width
      part.left = Math.min(part.left, x)
      part.right = Math.max(part.right, x)
      part.top = Math.min(part.top, y)
      part.bottom = Math.max(part.bottom, y)
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) part.edge++
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const j = ny * width + nx
          if (seen[j] || data[j] < maybe) continue
          seen[j] = 1
          part.pixels.push(j)
        }
      }
    }
    found.push(part)
  }
  return found
}

/** The components that belong to the digit. */
function choose(parts: Component[], width: number, height: number): Component[] {
  // What runs along the picture's edge is the edge of the sheet or a shadow, when there is something else.
  const inner = parts.filter(p => p.edge < 0.25 * Math.min(width, height))
  const candidates = inner.some(p => p.pixels.length > 0.001 * width * height) ? inner : parts
  const largest = candidates.reduce((a, b) => (b.pixels.length > a.pixels.length ? b : a), candidates[0])
  if (!largest) return []
  const size = Math.max(largest.right - largest.left, largest.bottom - largest.top) + 1
  return candidates.filter(p => {
    const share = p.pixels.length / largest.pixels.length
    const dx = Math.max(0, p.left - largest.right, largest.left - p.right)
    const dy = Math.max(0, p.top - largest.bottom, largest.top - p.bottom)
    const far = Math.hypot(dx, dy) / size
    // A piece at the picture's edge is rather something else that was cut off.
    if (p !== largest && p.edge > 0) return share >= 0.3 && far < 0.15
    return share >= (far > 0.5 ? 0.2 : far > 0.15 ? 0.06 : 0.015)
  })
}

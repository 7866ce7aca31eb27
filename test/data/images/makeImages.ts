import { encode } from 'fast-png'
import { createRandom } from '../../../src/random.ts'

/** A colour picture of soft spots, another one for each seed; scaled drawings of one seed show the same thing. */
export function spots(seed: number, width = 32, height = width, brightness = 1): Uint8Array {
  const random = createRandom(seed)
  const blobs = Array.from({ length: 12 }, () => ({
    ...{ x: random.next(), y: random.next(), size: random.uniform(0.1, 0.3) },
    colour: [random.next(), random.next(), random.next()],
  }))
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let value = 40
        for (const { x: bx, y: by, size, colour } of blobs) {
          const d = (((x + 0.5) / width - bx) ** 2 + ((y + 0.5) / height - by) ** 2) / size ** 2
          value += 120 * colour[c] * Math.exp(-d)
        }
        data[(y * width + x) * 3 + c] = brightness * Math.min(255, value)
      }
    }
  }
  return data
}

/** {@link spots} as a PNG file. */
export function spotsPng(seed: number, width = 32, height = width, brightness = 1): Uint8Array {
  return encode({ width, height, channels: 3, depth: 8, data: spots(seed, width, height, brightness) })
}

/** A grey PNG file of one value. */
export function flatPng(value: number, width = 32, height = width): Uint8Array {
  return encode({ width, height, channels: 1, depth: 8, data: new Uint8Array(width * height).fill(value) })
}

/** `count` different pictures below `folder`, numbered from 1. */
export function manySpots(folder: string, count: number, seed: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${folder}/${i + 1}.png`, spotsPng(seed + i)] as const),
  )
}

/** A decoded picture: 8 bits a value, rows from the top, channels last. */
export interface Picture {
  width: number
  height: number
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha (alpha not multiplied in). */
  channels: 1 | 2 | 3 | 4
  data: Uint8Array
}

/** A picture of one value a pixel, 0 black to 255 white. */
export interface GreyPicture {
  width: number
  height: number
  data: Uint8Array
}

/**
 * Luminance (ITU-R BT.601 weights). See-through pixels get a background that keeps the drawing visible: where only a
 * little is see-through, the middle brightness of the rest (a rounded corner); else white under a dark drawing and
 * black under a light one.
 */
export function toGrey(picture: Picture): GreyPicture {
  const { width, height, channels, data } = picture
  const grey = new Uint8Array(width * height)
  for (let i = 0, p = 0; i < grey.length; i++, p += channels) {
    // Weights of sum 256, so that r = g = b = v gives exactly v.
    grey[i] = channels < 3 ? data[p] : (77 * data[p] + 150 * data[p + 1] + 29 * data[p + 2] + 128) >> 8
  }
  if (channels === 2 || channels === 4) {
    const background = backgroundUnder(grey, data, channels)
    for (let i = 0, p = channels - 1; i < grey.length; i++, p += channels) {
      const alpha = data[p]
      if (alpha < 255) grey[i] = Math.round((grey[i] * alpha + background * (255 - alpha)) / 255)
    }
  }
  return { width, height, data: grey }
}

/** Red, green and blue of every pixel; see-through ones over the same background as in {@link toGrey}. */
export function toRgb(picture: Picture): { width: number; height: number; data: Uint8Array } {
  const { width, height, channels, data } = picture
  const rgb = new Uint8Array(width * height * 3)
  const grey =
    channels === 2 || channels === 4
      ? toGrey({ ...picture, channels: channels === 2 ? 1 : 3, data: dropAlpha(picture) })
      : undefined
  const background = grey ? backgroundUnder(grey.data, data, channels as 2 | 4) : 0
  for (let i = 0, p = 0; i < width * height; i++, p += channels) {
    const alpha = grey ? data[p + channels - 1] : 255
    for (let c = 0; c < 3; c++) {
      const value = data[channels < 3 ? p : p + c]
      rgb[3 * i + c] = alpha === 255 ? value : Math.round((value * alpha + background * (255 - alpha)) / 255)
    }
  }
  return { width, height, data: rgb }
}

function dropAlpha({ width, height, channels, data }: Picture): Uint8Array {
  const kept = channels - 1
  const out = new Uint8Array(width * height * kept)
  for (let i = 0; i < width * height; i++) for (let c = 0; c < kept; c++) out[i * kept + c] = data[i * channels + c]
  return out
}

function backgroundUnder(grey: Uint8Array, data: Uint8Array, channels: 2 | 4): number {
  const histogram = new Float64Array(256)
  let visible = 0
  let sum = 0
  for (let i = 0, p = channels - 1; i < grey.length; i++, p += channels) {
    histogram[grey[i]] += data[p]
    visible += data[p]
    sum += grey[i] * data[p]
  }
  if (visible === 0) return 255
  if (visible < 0.75 * 255 * grey.length) return sum / visible < 128 ? 255 : 0
  let below = 0
  let level = 0
  while (level < 255 && (below += histogram[level]) < visible / 2) level++
  return level
}

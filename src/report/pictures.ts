/** How pictures of one shape lie in memory. */
export interface PictureShape {
  height: number
  width: number
  channels: 1 | 3
}

/** The picture shape of one example, or null where an example is not a picture (a table row, a heartbeat). */
export function pictureShape(shape: readonly number[]): PictureShape | null {
  const [height, width, channels = 1] = shape
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3)) return null
  if (height < 2 || width < 2 || height > 512 || width > 512) return null
  return { height, width, channels }
}

/** How many pictures of this shape fit into a report of about a megabyte. */
export function pictureBudget({ height, width, channels }: PictureShape): number {
  return Math.max(12, Math.min(400, Math.floor(450_000 / (height * width * channels))))
}

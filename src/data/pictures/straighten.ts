/**
 * Takes the slant out of a picture of light ink on black: rows are moved sideways until x and y of the ink no longer go
 * together (its moment of inertia stands upright), as LeCun et al. 1995 did with their digits ("deslanting"). The centre
 * of mass stays. A black picture, or ink in one row alone, stays as it is.
 *
 * @param out as many values as the picture, all overwritten; not the picture itself
 */
export function straighten(pixels: ArrayLike<number>, width: number, out: Uint8Array): void {
  const height = out.length / width
  let [mass, mx, my] = [0, 0, 0]
  for (let i = 0; i < out.length; i++) {
    mass += pixels[i]
    mx += pixels[i] * (i % width)
    my += pixels[i] * Math.floor(i / width)
  }
  ;[mx, my] = mass > 0 ? [mx / mass, my / mass] : [0, 0]
  let [together, upright] = [0, 0]
  for (let i = 0; i < out.length; i++) {
    const [dx, dy] = [(i % width) - mx, Math.floor(i / width) - my]
    together += pixels[i] * dx * dy
    upright += pixels[i] * dy * dy
  }
  const slant = upright > 0 ? together / upright : 0
  for (let y = 0; y < height; y++) {
    const shift = slant * (y - my)
    const whole = Math.floor(shift)
    const part = shift - whole
    const at = (x: number) => (x >= 0 && x < width ? pixels[y * width + x] : 0)
    for (let x = 0; x < width; x++) {
      out[y * width + x] = Math.round((1 - part) * at(x + whole) + part * at(x + whole + 1))
    }
  }
}

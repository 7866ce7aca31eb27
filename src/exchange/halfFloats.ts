/** IEEE half precision, from its bits. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

const word = new DataView(new ArrayBuffer(4))

/** bfloat16, the upper half of an f32, from its bits. */
export function brainHalf(bits: number): number {
  word.setUint32(0, (bits << 16) >>> 0)
  return word.getFloat32(0)
}

// The hashes of `src/random.ts`.

/** 32-bit finaliser "lowbias32". */
// @ts-ignore: decorator
@inline
export function hash32(x: u32): u32 {
  x = (x ^ (x >> 16)) * 0x7feb352d
  x = (x ^ (x >> 15)) * 0x846ca68b
  return x ^ (x >> 16)
}

/** Mixes a number into a key. */
// @ts-ignore: decorator
@inline
export function mix(key: u32, value: u32): u32 {
  return hash32(key * 0x9e3779b9 + hash32(value ^ 0x85ebca6b))
}

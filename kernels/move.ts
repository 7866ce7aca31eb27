// Filling and moving memory.
import {
  Copy2dCommand, EmitCommand, FetchCommand, FillCommand, PadCopyCommand, ReduceSlicesCommand,
} from './generated/commands'
import { shareEnd, shareStart } from './split'
import { stagingSlot } from './staging'

export function fill(record: usize, part: i32, parts: i32): void {
  const c = changetype<FillCommand>(record)
  const dst: usize = c.dst
  const value = c.value
  const end = dst + ((shareEnd(c.count, 16, part, parts) as usize) << 2)
  let p = dst + ((shareStart(c.count, 16, part, parts) as usize) << 2)
  const v = f32x4.splat(value)
  for (; p + 32 <= end; p += 32) {
    v128.store(p, v, 16)
    v128.store(p, v)
  }
  for (; p < end; p += 4) store<f32>(p, value)
}

/** dst = bytes of the job's staging slot. */
export function fetch(record: usize, part: i32, parts: i32): void {
  const c = changetype<FetchCommand>(record)
  copyShare(stagingSlot + (c.slotOffset as usize), c.dst, c.bytes, part, parts)
}

/** Bytes of the job's staging slot = src. */
export function emit(record: usize, part: i32, parts: i32): void {
  const c = changetype<EmitCommand>(record)
  copyShare(c.src, stagingSlot + (c.slotOffset as usize), c.bytes, part, parts)
}

function copyShare(src: usize, dst: usize, bytes: i32, part: i32, parts: i32): void {
  const start = shareStart(bytes, 64, part, parts) as usize
  const end = shareEnd(bytes, 64, part, parts) as usize
  memory.copy(dst + start, src + start, end - start)
}

/** `rows` rows of `rowBytes`. */
export function copy2d(record: usize, part: i32, parts: i32): void {
  const c = changetype<Copy2dCommand>(record)
  const start = shareStart(c.rows, 1, part, parts)
  const end = shareEnd(c.rows, 1, part, parts)
  let src = (c.src as usize) + (start as usize) * (c.srcStride as usize)
  let dst = (c.dst as usize) + (start as usize) * (c.dstStride as usize)
  for (let i = start; i < end; i++) {
    copyBytes(src, dst, c.rowBytes)
    src += c.srcStride
    dst += c.dstStride
  }
}

/** Pictures into the middle of larger, zero-bordered ones; what lies outside (negative top or left) is cut off. */
export function padCopy(record: usize, part: i32, parts: i32): void {
  const c = changetype<PadCopyCommand>(record)
  const pixel: usize = (c.C as usize) << 2
  const srcRow: usize = c.srcRow ? (c.srcRow as usize) : (c.W as usize) * pixel
  const srcImage: usize = c.srcImage ? (c.srcImage as usize) : (c.H as usize) * srcRow
  const dstRow = (c.dstW as usize) * pixel
  const x0 = max(0, c.left)
  const x1 = max(x0, min(c.dstW, c.left + c.W))
  const before = (min(x0, c.dstW) as usize) * pixel
  const inside = ((x1 - x0) as usize) * pixel
  const after = dstRow - min(dstRow, before + inside)
  const rows = c.N * c.dstH
  const end = shareEnd(rows, 1, part, parts)
  for (let row = shareStart(rows, 1, part, parts); row < end; row++) {
    const y = (row % c.dstH) - c.top
    const dst = (c.dst as usize) + (row as usize) * dstRow
    if (y < 0 || y >= c.H || inside == 0) {
      zeroBytes(dst, dstRow)
      continue
    }
    const src = (c.src as usize) + ((row / c.dstH) as usize) * srcImage + (y as usize) * srcRow
    zeroBytes(dst, before)
    copyBytes(src + ((x0 - c.left) as usize) * pixel, dst + before, inside)
    zeroBytes(dst + before + inside, after)
  }
}

/** dst = the sum (or dst + the sum) of `slices` arrays, in order. */
export function reduceSlices(record: usize, part: i32, parts: i32): void {
  const c = changetype<ReduceSlicesCommand>(record)
  const stride = (c.count as usize) << 2
  const start = shareStart(c.count, 16, part, parts) as usize
  const end = shareEnd(c.count, 16, part, parts) as usize
  let src = (c.src as usize) + (start << 2)
  let dst = (c.dst as usize) + (start << 2)
  const stop = (c.dst as usize) + (end << 2)
  for (; dst + 32 <= stop; dst += 32) {
    let p = src
    let s0 = v128.load(p)
    let s1 = v128.load(p, 16)
    for (let i = 1; i < c.slices; i++) {
      p += stride
      s0 = f32x4.add(s0, v128.load(p))
      s1 = f32x4.add(s1, v128.load(p, 16))
    }
    if (c.accumulate) {
      s0 = f32x4.add(v128.load(dst), s0)
      s1 = f32x4.add(v128.load(dst, 16), s1)
    }
    v128.store(dst, s1, 16)
    v128.store(dst, s0)
    src += 32
  }
  for (; dst < stop; dst += 4) {
    let sum = load<f32>(src)
    for (let i = 1; i < c.slices; i++) sum += load<f32>(src + (i as usize) * stride)
    store<f32>(dst, c.accumulate ? load<f32>(dst) + sum : sum)
    src += 4
  }
}

/** memory.copy leaves WebAssembly, which pays off only for long rows. */
function copyBytes(src: usize, dst: usize, bytes: usize): void {
  if (bytes >= 1024) {
    memory.copy(dst, src, bytes)
    return
  }
  const end = dst + bytes
  for (; dst + 32 <= end; dst += 32) {
    const v0 = v128.load(src)
    const v1 = v128.load(src, 16)
    v128.store(dst, v1, 16)
    v128.store(dst, v0)
    src += 32
  }
  for (; dst + 4 <= end; dst += 4) {
    store<u32>(dst, load<u32>(src))
    src += 4
  }
  for (; dst < end; dst++) store<u8>(dst, load<u8>(src++))
}

/** Zeroes a multiple of 4 bytes. */
function zeroBytes(dst: usize, bytes: usize): void {
  if (bytes >= 1024) {
    memory.fill(dst, 0, bytes)
    return
  }
  const end = dst + bytes
  const zero = f32x4.splat(0)
  for (; dst + 16 <= end; dst += 16) v128.store(dst, zero)
  for (; dst < end; dst += 4) store<u32>(dst, 0)
}

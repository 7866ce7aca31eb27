// Two-tensor operations where one of the two is repeated.
import { binaryRun } from './elementwise'
import { BinaryBroadcastCommand, BinaryColumnCommand, BinaryRowCommand } from './generated/commands'
import * as kinds from './kinds'
import { storeFirst } from './lanes'
import { ownScratch } from './memory'
import { binary4 } from './operations'
import { shareEnd, shareStart } from './split'

/** Rows up to this width are handled eight at a time, against eight copies of b in scratch. */
const NARROW: i32 = 64

export function binaryRow(record: usize, part: i32, parts: i32): void {
  const c = changetype<BinaryRowCommand>(record)
  switch (c.kind) {
    case kinds.ADD: return rows<kinds.Add>(c, part, parts)
    case kinds.SUBTRACT: return rows<kinds.Subtract>(c, part, parts)
    case kinds.MULTIPLY: return rows<kinds.Multiply>(c, part, parts)
    case kinds.DIVIDE: return rows<kinds.Divide>(c, part, parts)
    case kinds.MAXIMUM: return rows<kinds.Maximum>(c, part, parts)
    case kinds.MINIMUM: return rows<kinds.Minimum>(c, part, parts)
    case kinds.AT_LEAST: return rows<kinds.AtLeast>(c, part, parts)
    default: unreachable()
  }
}

function rows<K>(c: BinaryRowCommand, part: i32, parts: i32): void {
  const cols = c.cols
  const rowBytes = (cols as usize) << 2
  let a: usize = c.a
  let b: usize = c.b
  let dst: usize = c.dst
  if (c.rows < parts) {
    // Few rows: the columns are divided.
    const start = shareStart(cols, 16, part, parts)
    const width = shareEnd(cols, 16, part, parts) - start
    const offset = (start as usize) << 2
    for (let r = 0; r < c.rows; r++) {
      binaryRun<K>(a + offset, b + offset, dst + offset, width)
      a += rowBytes
      dst += rowBytes
    }
    return
  }
  let row = shareStart(c.rows, 1, part, parts)
  const end = shareEnd(c.rows, 1, part, parts)
  a += (row as usize) * rowBytes
  dst += (row as usize) * rowBytes
  if (cols & 7 && cols <= NARROW) {
    const copies = ownScratch()
    for (let i: usize = 0; i < 8; i++) memory.copy(copies + i * rowBytes, b, rowBytes)
    for (; row < end; row += 8) {
      binaryRun<K>(a, copies, dst, min(8, end - row) * cols)
      a += rowBytes << 3
      dst += rowBytes << 3
    }
    return
  }
  for (; row < end; row++) {
    binaryRun<K>(a, b, dst, cols)
    a += rowBytes
    dst += rowBytes
  }
}

export function binaryColumn(record: usize, part: i32, parts: i32): void {
  const c = changetype<BinaryColumnCommand>(record)
  switch (c.kind) {
    case kinds.ADD: return columns<kinds.Add>(c, part, parts)
    case kinds.SUBTRACT: return columns<kinds.Subtract>(c, part, parts)
    case kinds.MULTIPLY: return columns<kinds.Multiply>(c, part, parts)
    case kinds.DIVIDE: return columns<kinds.Divide>(c, part, parts)
    case kinds.MAXIMUM: return columns<kinds.Maximum>(c, part, parts)
    case kinds.MINIMUM: return columns<kinds.Minimum>(c, part, parts)
    case kinds.AT_LEAST: return columns<kinds.AtLeast>(c, part, parts)
    default: unreachable()
  }
}

function columns<K>(c: BinaryColumnCommand, part: i32, parts: i32): void {
  const cols = c.cols
  const rowBytes = (cols as usize) << 2
  const start = shareStart(c.rows, 1, part, parts)
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = start; row < end; row++) {
    const offset = (row as usize) * rowBytes
    runRight<K>((c.a as usize) + offset, (c.b as usize) + ((row as usize) << 2), (c.dst as usize) + offset, cols)
  }
}

/** dst[0..n) = a[0..n) op b[0]. */
function runRight<K>(a: usize, b: usize, dst: usize, n: i32): void {
  const right = v128.load32_splat(b)
  for (; n >= 8; n -= 8) {
    const low = binary4<K>(v128.load(a), right)
    const high = binary4<K>(v128.load(a, 16), right)
    v128.store(dst, high, 16)
    v128.store(dst, low)
    a += 32
    dst += 32
  }
  if (n > 0) storeFirst(dst, binary4<K>(v128.load(a), right), binary4<K>(v128.load(a, 16), right), n)
}

/** dst[0..n) = a[0] op b[0..n). */
function runLeft<K>(a: usize, b: usize, dst: usize, n: i32): void {
  const left = v128.load32_splat(a)
  for (; n >= 8; n -= 8) {
    const low = binary4<K>(left, v128.load(b))
    const high = binary4<K>(left, v128.load(b, 16))
    v128.store(dst, high, 16)
    v128.store(dst, low)
    b += 32
    dst += 32
  }
  if (n > 0) storeFirst(dst, binary4<K>(left, v128.load(b)), binary4<K>(left, v128.load(b, 16)), n)
}

/** Any strides, one element at a time. */
function runStrided<K>(a: usize, b: usize, dst: usize, n: i32, aStep: usize, bStep: usize): void {
  for (let i = 0; i < n; i++) {
    v128.store32_lane(dst, binary4<K>(v128.load32_splat(a), v128.load32_splat(b)), 0)
    a += aStep
    b += bStep
    dst += 4
  }
}

export function binaryBroadcast(record: usize, part: i32, parts: i32): void {
  const c = changetype<BinaryBroadcastCommand>(record)
  switch (c.kind) {
    case kinds.ADD: return broadcast<kinds.Add>(c, part, parts)
    case kinds.SUBTRACT: return broadcast<kinds.Subtract>(c, part, parts)
    case kinds.MULTIPLY: return broadcast<kinds.Multiply>(c, part, parts)
    case kinds.DIVIDE: return broadcast<kinds.Divide>(c, part, parts)
    case kinds.MAXIMUM: return broadcast<kinds.Maximum>(c, part, parts)
    case kinds.MINIMUM: return broadcast<kinds.Minimum>(c, part, parts)
    case kinds.AT_LEAST: return broadcast<kinds.AtLeast>(c, part, parts)
    default: unreachable()
  }
}

function broadcast<K>(c: BinaryBroadcastCommand, part: i32, parts: i32): void {
  const n = c.d4
  const rows = c.d0 * c.d1 * c.d2 * c.d3
  let row = shareStart(rows, 1, part, parts)
  const end = shareEnd(rows, 1, part, parts)
  const aStep = (c.aS4 as usize) << 2
  const bStep = (c.bS4 as usize) << 2
  let dst = (c.dst as usize) + (((row as usize) * (n as usize)) << 2)
  for (; row < end; row++) {
    const i3 = row % c.d3
    const i2 = (row / c.d3) % c.d2
    const i1 = (row / (c.d3 * c.d2)) % c.d1
    const i0 = row / (c.d3 * c.d2 * c.d1)
    const a = (c.a as usize) + ((i0 * c.aS0 + i1 * c.aS1 + i2 * c.aS2 + i3 * c.aS3) << 2)
    const b = (c.b as usize) + ((i0 * c.bS0 + i1 * c.bS1 + i2 * c.bS2 + i3 * c.bS3) << 2)
    if (aStep == 4 && bStep == 4) binaryRun<K>(a, b, dst, n)
    else if (aStep == 4 && bStep == 0) runRight<K>(a, b, dst, n)
    else if (aStep == 0 && bStep == 4) runLeft<K>(a, b, dst, n)
    else runStrided<K>(a, b, dst, n, aStep, bStep)
    dst += (n as usize) << 2
  }
}

// Filling and moving memory.
import { FillCommand } from './generated/commands'
import { shareEnd, shareStart } from './split'

export function fill(record: usize, tid: i32, threads: i32): void {
  const c = changetype<FillCommand>(record)
  const dst: usize = c.dst
  const value = c.value
  const end = dst + ((shareEnd(c.count, 16, tid, threads) as usize) << 2)
  let p = dst + ((shareStart(c.count, 16, tid, threads) as usize) << 2)
  const v = f32x4.splat(value)
  for (; p + 32 <= end; p += 32) {
    v128.store(p, v, 16)
    v128.store(p, v)
  }
  for (; p < end; p += 4) store<f32>(p, value)
}

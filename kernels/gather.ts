// Rows chosen by number.
import { OneHotCommand, RowGatherCommand } from './generated/commands'
import { shareEnd, shareStart } from './split'

export function rowGather(record: usize, part: i32, parts: i32): void {
  const c = changetype<RowGatherCommand>(record)
  const rowBytes = (c.width as usize) << 2
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const id = load<u32>((c.ids as usize) + ((row as usize) << 2))
    const dst = (c.dst as usize) + (row as usize) * rowBytes
    if (id < (c.limit as u32)) memory.copy(dst, (c.src as usize) + (id as usize) * rowBytes, rowBytes)
    else memory.fill(dst, 0, rowBytes)
  }
}

export function oneHot(record: usize, part: i32, parts: i32): void {
  const c = changetype<OneHotCommand>(record)
  const rowBytes = (c.cols as usize) << 2
  const end = shareEnd(c.rows, 1, part, parts)
  for (let row = shareStart(c.rows, 1, part, parts); row < end; row++) {
    const id = load<u32>((c.ids as usize) + ((row as usize) << 2))
    const dst = (c.dst as usize) + (row as usize) * rowBytes
    memory.fill(dst, 0, rowBytes)
    if (id < (c.cols as u32)) store<f32>(dst + ((id as usize) << 2), 1)
  }
}

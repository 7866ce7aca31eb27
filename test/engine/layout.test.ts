import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/backends/wasm/arena.ts'
import { assignAddresses } from '../../src/engine/backends/wasm/layout.ts'
import { Program } from '../../src/engine/backends/wasm/program.ts'
import { createRandom } from '../../src/random.ts'

test('buffers that live at the same time never overlap', () => {
  const random = createRandom(3)
  for (let round = 0; round < 50; round++) {
    const program = new Program({ constant: () => ({ buffer: program.scratch(4).buffer, offset: 0 }) }, () => -1, {
      threads: 1,
      exact: false,
    })
    const lives = Array.from({ length: 40 }, () => {
      const place = program.scratch(1 + random.int(5000))
      const from = random.int(60)
      return { place, from, to: from + random.int(12) }
    })
    for (let phase = 0; phase < 75; phase++) {
      const alive = lives.filter(l => phase === l.from || phase === l.to)
      if (alive.length === 0) program.emit('fill', { dst: 0, count: 0, value: 0 })
      program.together(emit => {
        for (const { place } of alive) emit('fill', { dst: place, count: 1, value: 0 })
      })
    }
    const { offsets, bytes } = assignAddresses(program, false)
    for (const a of lives)
      for (const b of lives) {
        if (a === b || a.to < b.from || b.to < a.from) continue
        const [startA, startB] = [offsets.get(a.place.buffer.id) as number, offsets.get(b.place.buffer.id) as number]
        expect(startA + a.place.buffer.bytes <= startB || startB + b.place.buffer.bytes <= startA).toBe(true)
      }
    const most = Math.max(...lives.map(l => (offsets.get(l.place.buffer.id) as number) + l.place.buffer.bytes))
    expect(bytes).toBeGreaterThanOrEqual(most)
  }
})

test('the arena hands out what is free, and takes it back', () => {
  const random = createRandom(5)
  const arena = new Arena(1000, () => {})
  const taken = new Map<number, number>()
  for (let i = 0; i < 2000; i++) {
    if (taken.size && random.next() < 0.5) {
      const address = [...taken.keys()][random.int(taken.size)]
      arena.free(address)
      taken.delete(address)
    } else {
      const bytes = 1 + random.int(1000)
      const address = arena.allocate(bytes)
      expect(address % 64).toBe(0)
      for (const [other, size] of taken) expect(address + bytes <= other || other + size <= address).toBe(true)
      taken.set(address, bytes)
    }
  }
  for (const address of taken.keys()) arena.free(address)
  expect(arena.allocate(1e6)).toBe(1024)
  expect(() => arena.free(5)).toThrow(/nothing was allocated/)
})

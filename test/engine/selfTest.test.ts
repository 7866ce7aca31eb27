import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kernelLocation } from '../../src/engine/backends/wasm/locate.ts'
import { createMemory } from '../../src/engine/backends/wasm/memory.ts'
import { readFinding, writeFinding } from '../../src/engine/backends/wasm/remembered.ts'
import { experiments, SelfTest } from '../../src/engine/backends/wasm/selfTest.ts'

const code = readFileSync(kernelLocation('narrow'))
const { memory } = createMemory(true)
const right = new WebAssembly.Module(code)

/** The kernels with another instruction in place of one. */
function altered(from: number, to: number): WebAssembly.Module {
  const instruction = (opcode: number) => Buffer.from([0xfd, (opcode & 0x7f) | 0x80, opcode >> 7])
  const copy = Buffer.from(code)
  for (let at = copy.indexOf(instruction(from)); at >= 0; at = copy.indexOf(instruction(from), at + 1))
    instruction(to).copy(copy, at)
  return new WebAssembly.Module(copy)
}

test('equal kernels pass, and nothing is left in the memory', () => {
  const both = new SelfTest(memory, right)
  both.take(right)
  both.warm(1)
  expect(both.differences()).toEqual([])
  expect(both.speedRatio(1)).toBeGreaterThan(0)
  both.clean()
  expect(new Int32Array(memory.buffer, 1 << 17).every(word => word === 0)).toBe(true)
})

// Opcodes of the WebAssembly specification.
const [ADD, SUB, RELAXED_MADD, RELAXED_NMADD] = [0xe4, 0xe5, 0x105, 0x106]

test.each(experiments.map(e => e.name))('%s notices a wrong multiply-add', name => {
  const test = new SelfTest(memory, right)
  test.take(altered(RELAXED_MADD, RELAXED_NMADD))
  expect(test.differences()).toContain(name)
})

test('an addition that subtracts is noticed', () => {
  const test = new SelfTest(memory, right)
  test.take(altered(ADD, SUB))
  expect(test.differences()).not.toEqual([])
})

test('a finding is kept, and a damaged one is none', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'inkling-finding-')), 'deeper', 'finding.json')
  expect(readFinding(file)).toBeUndefined()
  writeFinding(file, { ratio: 1.5, wrong: ['Winograd F(4x4)'] })
  expect(readFinding(file)).toEqual({ ratio: 1.5, wrong: ['Winograd F(4x4)'] })
  writeFileSync(file, '{"ratio":')
  expect(readFinding(file)).toBeUndefined()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineCutter } from '../../../src/data/formats/lineCutter.ts'

test('the lines of a text come one by one, wherever its pieces end', () => {
  const part = fc.array(fc.constantFrom('a', 'b', '\r', '\n'), { maxLength: 9 }).map(signs => signs.join(''))
  fc.assert(
    fc.property(fc.array(part), pieces => {
      const lines: string[] = []
      const cutter = new LineCutter((bytes, start, end) =>
        lines.push(new TextDecoder().decode(bytes.slice(start, end))),
      )
      const buffer = new Uint8Array(9)
      for (const piece of pieces) {
        // The same memory each time, as a file reader gives it.
        cutter.push(buffer.subarray(0, new TextEncoder().encodeInto(piece, buffer).written))
      }
      cutter.end()
      const expected = pieces.join('').split('\n')
      if (expected.at(-1) === '') expected.pop()
      expect(lines).toEqual(expected)
    }),
  )
})

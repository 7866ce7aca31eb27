import { expect, test } from 'vitest'
import { bytes, count, duration, figure, loss, percent } from '../../src/cli/format.ts'
import { createProgress, type Moment } from '../../src/cli/progress.ts'
import { list, table } from '../../src/cli/table.ts'

test('numbers as people read them', () => {
  expect(count(1630090)).toBe('1,630,090')
  expect(percent(0.99125)).toBe('99.13 %')
  expect(percent(Number.NaN)).toBe('n/a')
  expect([0, 999, 11_490_434, 2e9].map(bytes)).toEqual(['0 B', '999 B', '11.5 MB', '2.0 GB'])
  expect([4.21, 42.4, 59.96, 95, 4000].map(duration)).toEqual(['4.2 s', '42 s', '1:00', '1:35', '1:06:40'])
  expect(figure(0.0712345)).toBe('0.07123')
  expect([0.07123, 4.6e28, Number.NaN].map(loss)).toEqual(['0.0712', '4.600e+28', 'NaN'])
})

test('a table aligns numbers right and words left', () => {
  expect(
    table(
      ['name', 'size'],
      [
        ['a', '1,000'],
        ['long', '2'],
      ],
    ),
  ).toBe(['name   size', '----  -----', 'a     1,000', 'long      2'].join('\n'))
  expect(table(['name', 'size'], [])).toBe('name  size\n----  ----')
})

test('a list aligns the values', () => {
  expect(
    list([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toBe('a     1\nlong  2')
})

/** A stream that keeps what is written, and a clock that only the test moves. */
function screen(isTTY: boolean, columns = 80) {
  const written: string[] = []
  const clock = { now: 0 }
  const progress = createProgress({ write: text => written.push(text), isTTY, columns }, () => clock.now)
  return { written, clock, progress }
}

const moment = (done: number, total = 200): Moment => ({
  label: 'epoch 1/2',
  done,
  total,
  fields: ['loss 0.3', 'accuracy 90 %'],
  secondsLeft: 12,
})

test('a terminal gets one live line, redrawn at most ten times a second', () => {
  const { written, clock, progress } = screen(true)
  for (let i = 0; i <= 100; i++) {
    clock.now = i * 10
    progress.update(moment(i))
  }
  expect(written.length).toBe(11)
  expect(written.at(-1)).toContain('epoch 1/2  ████████████            ▏ 50 %  loss 0.3  accuracy 90 %  12 s left')
  progress.line('epoch 1 done')
  expect(written.slice(-2)).toEqual(['\r\x1b[K', 'epoch 1 done\n'])
})

test('a narrow terminal loses the bar, then the last fields, and never wraps', () => {
  for (const columns of [60, 40, 20, 5]) {
    const { written, progress } = screen(true, columns)
    progress.update(moment(50))
    const line = written[0].replace('\r', '').replace('\x1b[K', '')
    expect(line.length).toBeLessThan(columns)
    expect(line.startsWith('epoch 1/2'.slice(0, columns - 1))).toBe(true)
  }
})

test('elsewhere plain lines come every ten seconds, without control characters', () => {
  const { written, clock, progress } = screen(false)
  for (let second = 0; second <= 60; second++) {
    clock.now = second * 1000
    progress.update(moment(second))
  }
  progress.line('epoch 1 done')
  progress.end()
  expect(written.length).toBe(7)
  expect(written[0]).toBe('epoch 1/2  5 %  loss 0.3  accuracy 90 %  12 s left\n')
  for (const control of ['\r', '\x1b']) expect(written.join('')).not.toContain(control)
})

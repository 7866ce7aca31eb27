import { expect, test } from 'vitest'
import { describeFailure, stackOf } from '../../src/cli/failure.ts'
import { InklingError } from '../../src/errors.ts'

test('an InklingError: its message, its hint, its exit code', () => {
  const error = new InklingError('the file x\nis empty', { exitCode: 2, hint: 'Fetch it again.' })
  expect(describeFailure(error, 'inkling train')).toEqual({
    exitCode: 2,
    text: 'error: the file x is empty\nFetch it again.',
  })
})

test('what the operating system says is told in words', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/runs/a' })
  expect(describeFailure(full, 'inkling train').text).toBe('error: /runs/a cannot be written: the disk is full')
  const port = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 8080 })
  expect(describeFailure(port, 'inkling start').text).toMatch(/port 8080 is in use/)
})

test('an unexpected error is two lines, however long its message', () => {
  for (const error of [new TypeError('a\nb\nc'), 'a word', undefined, new Error('')]) {
    const { exitCode, text } = describeFailure(error, 'inkling')
    expect(exitCode).toBe(1)
    expect(text.split('\n')).toHaveLength(2)
  }
})

test('the stack names the causes', () => {
  expect(stackOf(new Error('outer', { cause: new Error('inner') }))).toMatch(/outer[\s\S]*Caused by: Error: inner/)
})

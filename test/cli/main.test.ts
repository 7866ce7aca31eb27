import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inkling, root } from './inkling.ts'

describe('help and version', () => {
  test('--version prints the version of package.json', () => {
    const { stdout, status } = inkling(['--version'])
    expect(stdout.trim()).toBe(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version)
    expect(status).toBe(0)
  })

  test('no command, --help and help show the same', () => {
    const answers = [[], ['--help'], ['help']].map(args => inkling(args))
    expect(answers.map(a => a.status)).toEqual([0, 0, 0])
    expect(new Set(answers.map(a => a.stdout)).size).toBe(1)
    expect(answers[0].stdout).toMatch(/Commands:[\s\S]*doctor[\s\S]*inkling start/)
    expect(answers.map(a => a.stderr)).toEqual(['', '', ''])
  })

  test('a command explains itself, with examples', () => {
    for (const args of [
      ['doctor', '--help'],
      ['help', 'doctor'],
    ]) {
      const { stdout, status } = inkling(args)
      expect(stdout).toMatch(/--json[\s\S]*Examples:/)
      expect(status).toBe(0)
    }
  })

  test('a command that only groups others shows its help', () => {
    const { status, stdout, stderr } = inkling(['data'])
    expect(status).toBe(0)
    expect(stdout + stderr).toMatch(/preview/)
  })
})

describe('wrong usage exits 2 with at most two lines', () => {
  test.each([
    ['an unknown command, with the nearest', ['docter'], /did you mean 'doctor'/],
    ['an unknown command far from any', ['xylophone'], /unknown command 'xylophone'/],
    ['an unknown option, with the nearest', ['doctor', '--jsn'], /did you mean --json/],
    ['an unknown option of the program', ['--bogus'], /unknown option '--bogus'/],
    ['an option without its value', ['doctor', '--threads'], /argument missing/],
    ['a number that is none', ['doctor', '--threads', 'two'], /whole number from 1 to 64/],
    ['a number out of range', ['doctor', '--threads', '0'], /whole number from 1 to 64/],
    ['a word too many', ['doctor', 'now'], /too many arguments/],
    ['a missing argument', ['data', 'info'], /missing required argument 'name'/],
    ['an unknown subcommand, with the nearest', ['data', 'lst'], /did you mean list/],
    ['an unknown data set, with the nearest', ['data', 'info', 'mnits'], /did you mean "mnist"/],
  ])('%s', (_, args, message) => {
    const { status, stdout, stderr } = inkling(args)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^error: /)
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})

test('a failure exits 1; --debug shows where it happened', () => {
  const plain = inkling(['data', 'info', './no-such-folder'])
  expect(plain.status).toBe(1)
  expect(plain.stderr).toMatch(/^error: .*no-such-folder does not exist\n/)
  expect(plain.stderr).not.toMatch(/\n\s+at /)
  const debug = inkling(['data', 'info', './no-such-folder', '--debug'])
  expect(debug.status).toBe(1)
  expect(debug.stderr).toMatch(/\n\s+at /)
})

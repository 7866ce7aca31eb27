import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inkling } from '../cli/inkling.ts'
import { writeSmallData } from './small.ts'

let folder: string
const at = (name: string) => join(folder, name)
const small = ['--batch', '16', '--threads', '1', '--json']

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-settings-'))
  writeSmallData(at('digits'), at('pictures'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('train --lr auto', () => {
  test('finds a rate, says it in one line, records and draws the test', () => {
    const args = ['train', at('digits'), '--lr', 'auto', '--epochs', '1', '--out', at('auto'), ...small]
    const { stderr, object } = inkling(args)
    const { auto, rate } = object().learningRate
    expect(auto).toBe(true)
    expect(stderr.match(/^learning rate .*$/gm)).toEqual([
      expect.stringMatching(`^learning rate ${rate}, by a range test of \\d+ batches \\(the recipe's: 0.01\\)$`),
    ])
    const config = readFileSync(join(at('auto'), 'config.json'), 'utf8')
    expect(JSON.parse(config)).toMatchObject({ learningRate: { auto, rate }, recipe: { optimizer: { rate } } })
    expect(config).toMatch(/"losses": \[[-\d.e, ]+\]\n/) // on one line
    expect(readFileSync(join(at('auto'), 'report.html'), 'utf8')).toContain('How its learning rate was found')
    const given = ['train', at('digits'), '--lr', String(rate), '--epochs', '1', '--out', at('given'), ...small]
    expect(inkling(given).object().weightsSha256).toBe(object().weightsSha256)
  })

  test('nothing else than a number or auto will do', () => {
    const { status, stderr } = inkling(['train', at('digits'), '--lr', 'automatic', '--out', at('none')])
    expect(status).toBe(2)
    expect(stderr).toMatch(/--lr .*'automatic' is invalid. It must be a number above 0, or auto/)
  })
})

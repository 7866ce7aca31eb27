import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inkling } from '../cli/inkling.ts'
import { writeSmallData } from '../e2e/small.ts'

let folder: string
let data: string
let run: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-cascade-'))
  data = join(folder, 'digits')
  run = join(folder, 'run')
  writeSmallData(data, join(folder, 'pictures'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a cascade as a run', () => {
  const set = ['--set', 'main=glyph-mlp', '--set', 'specialist=glyph-mlp', '--set', 'groups=4,9;3,5,8']

  test('is trained, with the stages before and after', () => {
    const args = ['train', 'glyph-cascade', ...set, '--data', data, '--epochs', '3', '--batch', '32', '--out', run]
    const found = inkling([...args, '--json']).object()
    expect(found.test.accuracy).toBeGreaterThan(0.3)
    expect(found.cascade.map((s: { stage: string; used: boolean }) => [s.stage, s.used])).toEqual([
      ['main', false],
      ['top', false],
      ['mass', true],
    ])
    expect(found.cascade[2].accuracy).toBeCloseTo(found.test.accuracy, 10)
    expect(found.cascade[0].groups.map((g: { classes: string[] }) => g.classes.join(''))).toEqual(['49', '358'])
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))
    expect(config.model.options).toEqual({ main: 'glyph-mlp', specialist: 'glyph-mlp', groups: '4,9;3,5,8' })
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('Before and after the specialists')
  })

  test('is judged again from its folder to the same figures, and in a context', () => {
    const whole = inkling(['evaluate', run, '--json']).object()
    const kept = JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8'))
    expect([whole.accuracy, whole.cascade]).toEqual([kept.accuracy, kept.cascade])
    const some = inkling(['evaluate', run, '--context', '4,9,1', '--json']).object()
    expect(some.classes).toEqual(['1', '4', '9'])
    expect(some.examples).toBe(
      whole.perClass.reduce(
        (n: number, c: { label: string; support: number }) => n + (some.classes.includes(c.label) ? c.support : 0),
        0,
      ),
    )
    expect(inkling(['evaluate', run, '--context', 'letters'])).toMatchObject({ status: 2 })
  })

  test('predicts from its weights file alone; a context leaves some of the classes', () => {
    const picture = join(folder, 'pictures', 'digit0.png')
    const weights = join(run, 'weights.safetensors')
    const [free] = inkling(['predict', picture, '--run', weights, '--top', '10', '--json']).object().predictions
    const [few] = inkling(['predict', picture, '--run', run, '--context', '2,7', '--top', '10', '--json']).object()
      .predictions
    const p = Object.fromEntries(free.top.map((t: { label: string; probability: number }) => [t.label, t.probability]))
    expect(few.top).toHaveLength(2)
    for (const { label, probability } of few.top) expect(probability).toBeCloseTo(p[label] / (p[2] + p[7]), 4)
  })

  test('an option that there is not is told before anything is read', () => {
    const wrong = inkling(['train', 'glyph-cascade', '--set', 'group=4,9', '--data', '/nowhere.csv'])
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "groups"?')])
    expect(inkling(['train', 'quick-cnn', '--set', 'width']).stderr).toContain('width=64')
  })
})

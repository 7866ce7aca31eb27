import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createDataset } from '../../src/data/dataset.ts'
import { dense, flatten, sequential } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { CHECKPOINT_FILE } from '../../src/training/checkpointFile.ts'
import type { BatchProgress } from '../../src/training/history.ts'
import { loadRun, newestRun, readConfig, readMetrics } from '../../src/training/runFolder.ts'
import { TrainingInterrupted, trainRun } from '../../src/training/train.ts'
import { bands, plainNet, toyNet } from './toy.ts'
import { toyData, toyRecipe, toyRun } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-run-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))
const place = (name: string) => join(temp, name)
const weightsOf = (run: string) =>
  createHash('sha256')
    .update(readFileSync(join(run, 'weights.safetensors')))
    .digest('hex')

const { model, data, backend } = toyRun
const resumed = { model, data, backend }

const whole = await trainRun({
  ...toyRun,
  out: place('whole'),
  version: '1.2.3',
  report: (facts, { dataset, predictions }) =>
    JSON.stringify({ facts, judged: dataset.name, rows: predictions.probabilities.length / 3 }),
})

describe('a run', () => {
  test('gives its scores and leaves its folder', async () => {
    expect(whole).toMatchObject({ run: place('whole'), model: 'toy', data: 'bands', epochs: 4, warnings: [] })
    for (const part of [whole.train, whole.validation, whole.test]) {
      expect(part?.accuracy).toBeGreaterThan(0.5)
      expect(part?.loss).toBeGreaterThan(0)
    }
    expect(whole.parameters).toBe(toyNet().summary().parameters.total)
    expect(whole.examplesPerSecond).toBeGreaterThan(0)
    expect(whole.weightsSha256).toBe(weightsOf(place('whole')))
    const files = [
      'checkpoint',
      'config.json',
      'evaluation.json',
      'metrics.jsonl',
      'report.html',
      'weights.safetensors',
    ]
    expect(readdirSync(place('whole')).sort()).toEqual(files)
    const evaluation = JSON.parse(readFileSync(join(place('whole'), 'evaluation.json'), 'utf8'))
    expect(evaluation).toMatchObject({ part: 'test', data: 'bands/2', accuracy: whole.test?.accuracy, count: 40 })
    expect(evaluation.loss).toBeCloseTo(whole.test?.loss as number, 12)
  })

  test('records everything to repeat it', () => {
    const config = readConfig(place('whole'))
    expect(config).toMatchObject({
      id: 'whole',
      model: { id: 'toy', zoo: false, classes: ['top', 'middle', 'bottom'] },
      data: { name: 'bands', counts: { train: 96, validation: 24, test: 40 }, drawn: false },
      seed: 3,
      recipe: toyRecipe,
      keep: 'best',
      environment: { inkling: '1.2.3', node: process.version, backend: 'reference, f32 parameters' },
    })
    expect(config.data.sha256.train).toMatch(/^[0-9a-f]{64}$/)
  })

  test('keeps the weights of the best epoch', async () => {
    const metrics = await readMetrics(place('whole'))
    expect(metrics.map(m => m.epoch)).toEqual([1, 2, 3, 4])
    const best = Math.max(...metrics.map(m => m.validationAccuracy as number))
    expect(metrics[(whole.keptEpoch as number) - 1].validationAccuracy).toBe(best)
    expect(whole.validation?.accuracy).toBe(best)
  })

  test('a report is made from facts', () => {
    const { facts, judged, rows } = JSON.parse(readFileSync(join(place('whole'), 'report.html'), 'utf8'))
    expect(facts).toMatchObject({
      title: 'toy on bands',
      run: { id: 'whole', recipe: 'toy', seed: 3, bestEpoch: whole.keptEpoch },
      model: { name: 'toy' },
      data: { part: 'test', trainCount: 96, validationCount: 24, testCount: 40, warnings: [] },
    })
    expect(facts.history).toHaveLength(4)
    expect([judged, rows]).toEqual(['bands/2', 40])
  })

  test('its model is loaded with its weights and classes', async () => {
    const { model } = await loadRun(place('whole'), toyNet())
    expect(model.classes).toEqual(['top', 'middle', 'bottom'])
    const { accuracy, loss } = await model.evaluate(bands(40, 2), { backend: toyRun.backend })
    expect([accuracy, loss]).toEqual([whole.test?.accuracy, whole.test?.loss])
    await expect(loadRun(place('whole'), plainNet())).rejects.toThrow(/does not fit model plain/)
    await expect(loadRun(place('whole'))).rejects.toThrow(/not in the zoo/)
    expect(newestRun(temp)).toBeDefined()
  })

  test('the same seed gives the same weights, another seed others', async () => {
    expect((await trainRun({ ...toyRun, out: place('again') })).weightsSha256).toBe(whole.weightsSha256)
    expect((await trainRun({ ...toyRun, seed: 4, out: place('other') })).weightsSha256).not.toBe(whole.weightsSha256)
  })

  test('a model of the zoo, for other classes and shapes than its own', async () => {
    const { backend } = toyRun
    const changes = { epochs: 1, batch: 64, rate: 0.01 }
    const result = await trainRun({ model: 'mnist-bpnn', data: toyData(), backend, changes, out: place('zoo') })
    expect(result.parameters).toBe(36 * 300 + 300 + 300 * 3 + 3)
    const { model, config } = await loadRun(place('zoo'))
    expect(config.recipe).toMatchObject({ id: 'house', epochs: 1, batch: 64, optimizer: { kind: 'adam', rate: 0.01 } })
    expect((await model.evaluate(bands(40, 2), { backend })).accuracy).toBe(result.test?.accuracy)
  })
})

describe('a run that was stopped', () => {
  test('by the signal goes on to the same weights', async () => {
    const controller = new AbortController()
    const out = place('interrupted')
    const callbacks = [{ onBatch: (at: BatchProgress) => void (at.step === 9 && controller.abort()) }]
    const error = await trainRun({ ...toyRun, out, signal: controller.signal, callbacks }).catch(e => e)
    expect(error).toBeInstanceOf(TrainingInterrupted)
    expect(error.hint).toContain(`--resume ${out}`)
    const notes: string[] = []
    await expect(loadRun(out, toyNet())).rejects.toThrow(/no weights yet/)
    const rest = await trainRun({ ...resumed, resume: out, onNote: note => notes.push(note) })
    expect(rest.weightsSha256).toBe(whole.weightsSha256)
    expect(notes[0]).toMatch(/goes on in epoch 2 of 4, after batch \d/)
    expect((await readMetrics(out)).map(m => m.epoch)).toEqual([1, 2, 3, 4])
  })

  test('at any moment, as its folder looked then', async () => {
    const random = createRandom(5)
    const out = place('watched')
    const copies: string[] = []
    const copy = () => {
      if (random.next() > 0.3) return
      const to = place(`copy-${copies.length}`)
      cpSync(out, to, { recursive: true })
      copies.push(to)
    }
    await trainRun({ ...toyRun, out, callbacks: [{ onBatch: copy, onEpoch: copy }] })
    expect(copies.length).toBeGreaterThan(4)
    for (const folder of copies) {
      // A kill may leave the next checkpoint half written, and half a line of metrics.
      mkdirSync(join(folder, 'checkpoint'), { recursive: true })
      writeFileSync(join(folder, `${CHECKPOINT_FILE}.partial`), 'half')
      appendFileSync(join(folder, 'metrics.jsonl'), '{"epoch":9,"lo')
      const { weightsSha256 } = await trainRun({ ...resumed, resume: folder })
      expect(weightsSha256).toBe(whole.weightsSha256)
      expect((await readMetrics(folder)).map(m => m.epoch)).toEqual([1, 2, 3, 4])
    }
  })

  const dying = (...command: string[]) => spawnSync(command[0], command.slice(1), { encoding: 'utf8' })
  const program = join(import.meta.dirname, 'killed.ts')

  test.each([1, 8, 19])('by kill -9 in step %i goes on to the same weights', async step => {
    const out = place(`killed-${step}`)
    expect(dying(process.execPath, program, out, String(step)).status).not.toBe(0)
    expect(existsSync(join(out, 'weights.safetensors'))).toBe(false)
    const { weightsSha256 } = await trainRun({ ...resumed, resume: out })
    expect(weightsSha256).toBe(whole.weightsSha256)
    expect(readdirSync(join(out, 'checkpoint'))).toEqual(['latest.safetensors'])
  })

  test.skipIf(process.platform !== 'linux')('by a limit on files leaves no half file', async () => {
    // In blocks of 512 bytes: enough for the settings, not for a checkpoint.
    const out = place('limited')
    const { status, stdout } = dying('sh', '-c', 'ulimit -f 6; exec "$0" "$@"', process.execPath, program, out, '-1')
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      message: expect.stringMatching(/^cannot write the checkpoint .*: the file would be larger/),
      hint: expect.stringContaining(`--resume ${out}`),
    })
    expect(readdirSync(join(out, 'checkpoint'))).toEqual([])
    expect((await trainRun({ ...resumed, resume: out })).weightsSha256).toBe(whole.weightsSha256)
  })

  test('after the end is judged again', async () => {
    const notes: string[] = []
    const again = await trainRun({ ...resumed, resume: place('whole'), onNote: note => notes.push(note) })
    expect(again.weightsSha256).toBe(whole.weightsSha256)
    expect(again.test).toEqual(whole.test)
    expect(notes[0]).toMatch(/nothing left to train/)
  })

  test('needs the data that it began with', async () => {
    const changed = toyData()
    changed.train = bands(120, 7)
    await expect(trainRun({ ...resumed, data: changed, resume: place('whole') })).rejects.toThrow(/not those/)
    await expect(trainRun({ ...resumed, data: undefined, resume: place('whole') })).rejects.toThrow(/in memory/)
  })
})

describe('going on from weights', () => {
  const changes = { epochs: 1, rate: 1e-12 }

  test('of a run: the first epoch begins where that one ended', async () => {
    const { validation } = await trainRun({ ...toyRun, changes, from: place('whole'), out: place('from-run') })
    expect(validation?.accuracy).toBe(whole.validation?.accuracy)
    expect(readConfig(place('from-run')).from).toMatchObject({ sha256: whole.weightsSha256, fresh: [] })
  })

  test('for other classes: a fresh last layer', async () => {
    const notes: string[] = []
    const file = join(place('whole'), 'weights.safetensors')
    const four = bands(60, 3, ['top', 'middle', 'bottom', 'none'])
    const data = { ...toyData(), train: four, test: bands(20, 4, four.classes) }
    const wide = sequential([6, 6, 1], [...toyNet().layers.slice(0, -1), dense(4)], { name: 'toy' })
    const settings = { ...toyRun, changes, from: file, onNote: (note: string) => notes.push(note) }
    await trainRun({ ...settings, model: wide, data, out: place('from-file') })
    expect(readConfig(place('from-file')).from?.fresh).toEqual(['dense_1/kernel', 'dense_1/bias'])
    expect(notes.join()).toContain('fresh: dense_1/kernel')
    const renamed = { ...toyData(), train: bands(60, 3, ['a', 'b', 'c']), test: undefined }
    await trainRun({ ...settings, data: renamed, out: place('from-renamed') })
    expect(readConfig(place('from-renamed')).from?.fresh).toEqual(['dense_1/kernel', 'dense_1/bias'])
  })

  test('of another model is refused before anything is written', async () => {
    const other = sequential([6, 6, 1], [flatten(), dense(5), dense(3)], { name: 'other' })
    const error = await trainRun({ ...toyRun, model: other, from: place('whole'), out: place('refused') }).catch(e => e)
    expect(error.message).toMatch(/does not fit model other/)
    expect(error.hint).toContain('of model toy')
    expect(existsSync(place('refused'))).toBe(false)
  })
})

describe('what can go wrong', () => {
  test('wrong settings are usage errors and leave nothing', async () => {
    for (const changes of [{ epochs: 0 }, { batch: 1.5 }, { rate: Number.NaN }, { validation: 1 }, { validation: 0 }])
      await expect(trainRun({ ...toyRun, changes, out: place('nothing') })).rejects.toMatchObject({ exitCode: 2 })
    const { backend, data } = toyRun
    await expect(trainRun({ model: 'quick-cmm', data, backend })).rejects.toThrow(/quick-cmm/)
    expect(existsSync(place('nothing'))).toBe(false)
  })

  test('test data that are training data are refused, or labelled', async () => {
    const data = { ...toyData(), test: toyData().train }
    await expect(trainRun({ ...toyRun, data, out: place('overlap') })).rejects.toThrow(/also in/)
    expect(existsSync(place('overlap'))).toBe(false)
    const changes = { epochs: 1 }
    const { warnings } = await trainRun({ ...toyRun, data, changes, allowOverlap: true, out: place('overlap') })
    expect(warnings[0]).toMatch(/120 of the 120 test examples are also training examples/)
    expect(readConfig(place('overlap')).data.overlap).toMatchObject({ shared: 120, allowed: true })
  })

  test('no test part: the validation part is judged, and that is said', async () => {
    const data = { ...toyData(), test: undefined }
    const { test: scores, warnings } = await trainRun({
      ...toyRun,
      changes: { epochs: 1 },
      data,
      out: place('no-test'),
    })
    expect(scores).toBeNull()
    expect(warnings[0]).toMatch(/the validation part, by which the epoch was chosen and the rate lowered\.$/)
    const schedule = { kind: 'constant' } as const
    const last = await trainRun({
      ...toyRun,
      ...{ changes: { epochs: 1, schedule }, data, keep: 'last', out: place('no-test-last') },
    })
    expect(last.warnings).toEqual(['There is no test part: the figures are of the validation part.'])
  })

  test('a NaN leaves the last good weights and says where', async () => {
    const out = place('nan')
    const clean = toyData().train
    const features = Float32Array.from(clean.features, v => v / 255)
    features[500] = Number.NaN
    const train = createDataset({ ...clean, features, labels: clean.labels })
    const data = { ...toyData(), train, test: undefined }
    const error = await trainRun({ ...toyRun, data, out }).catch(e => e)
    expect(error.message).toMatch(/the data holds a NaN.*epoch 1, batch \d/)
    expect(error.hint).toContain(join(out, 'weights.safetensors'))
    await loadRun(out, toyNet())
  })

  test('folders that are no run', async () => {
    writeFileSync(place('file'), 'x')
    for (const [folder, words] of [
      [place('nowhere'), /there is no run/],
      [temp, /is not a run/],
      [place('file'), /is not a run/],
    ] as const)
      await expect(loadRun(folder)).rejects.toThrow(words)
    const broken = mkdtempSync(join(temp, 'broken-'))
    writeFileSync(join(broken, 'config.json'), '{"format":1}')
    await expect(loadRun(broken)).rejects.toThrow(/no run of this version: id/)
    writeFileSync(join(broken, 'config.json'), '{')
    await expect(loadRun(broken)).rejects.toThrow(/no JSON/)
    await expect(trainRun({ ...toyRun, out: place('whole') })).rejects.toThrow(/holds a run already/)
    await expect(trainRun({ ...toyRun, out: temp })).rejects.toMatchObject({ exitCode: 2 })
  })
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { classCounts, createDataset, type Dataset, labelsOf } from '../../src/data/dataset.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import { adam, crossEntropy, dense, flatten, sequential } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { fitModel } from '../../src/training/fit.ts'
import { evaluateDataset, predictDataset } from '../../src/training/predictDataset.ts'
import { prepareRunData } from '../../src/training/runData.ts'
import { loadRun, readConfig } from '../../src/training/runFolder.ts'
import { trainRun } from '../../src/training/train.ts'
import type { Recipe } from '../../src/zoo/index.ts'
import { toyRecipe } from './toyRun.ts'

const temp = mkdtempSync(join(tmpdir(), 'inkling-weights-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const backend = createReferenceBackend()
const model = sequential([2], [flatten(), dense(2)], { name: 'line' })

/** Two clouds that overlap, 19 common points for each rare one. */
function clouds(length: number, seed: number): Dataset {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length }, (_, i) => (i % 20 === 0 ? 1 : 0))
  const features = Float32Array.from({ length: 2 * length }, (_, i) => random.normal() + 1.5 * labels[i >> 1])
  return createDataset({ name: `clouds/${seed}`, shape: [2], classes: ['common', 'rare'], features, labels })
}

describe('class weights', () => {
  const train = clouds(400, 1)

  test('weigh each example’s loss; the mean divides by the number of examples', async () => {
    const weights = model.initialWeights(3)
    const { probabilities } = await predictDataset(backend, { model, weights }, train)
    // By hand: 10 for the twentieth that is rare, 10 / 19 for the rest (examples / (classes * examples of the class)).
    const factors = [10 / 19, 10]
    const losses = Array.from(labelsOf(train), (label, i) => -factors[label] * Math.log(probabilities[2 * i + label]))
    const expected = losses.reduce((sum, loss) => sum + loss) / 400
    const classWeights = [10 / 19, 10]
    const settings = { backend, epochs: 1, batchSize: 400, optimizer: adam(1e-9), loss: crossEntropy({ classWeights }) }
    const { history } = await fitModel(model, train, { ...settings, weights, validation: train })
    expect(history[0].loss).toBeCloseTo(expected, 5)
    expect(history[0].validationLoss).toBeCloseTo(expected, 5)
  })

  test('a run with them finds the rare class, and takes them from its training part', async () => {
    const test = clouds(400, 2)
    const data = { name: 'clouds', train, test, source: 'made', files: [], drawn: false }
    const recipe = { ...toyRecipe, epochs: 30, schedule: { kind: 'constant' } as const }
    const run = async (classWeights: boolean) => {
      const out = join(temp, String(classWeights))
      const result = await trainRun({ model, data, recipe, backend, out, seed: 1, classWeights, keep: 'last' })
      return { result, config: readConfig(out) }
    }
    const [plain, weighted] = [await run(false), await run(true)]
    const recall = async (name: string) => {
      const { model: loaded } = await loadRun(join(temp, name), model)
      return (await evaluateDataset(backend, { model, weights: loaded.weights }, test)).evaluation.perClass[1].recall
    }
    expect(plain.config.recipe.loss).toEqual({ kind: 'crossEntropy' })
    const { counts } = weighted.config.data
    expect(counts).toMatchObject({ train: 320, validation: 80 })
    // A stratified split: 16 of 320 are rare.
    expect(classCounts(train)).toEqual([380, 20])
    const [common, rare] = weighted.config.recipe.loss.classWeights as number[]
    expect(common).toBeCloseTo(320 / (2 * 304), 6)
    expect(rare).toBeCloseTo(320 / (2 * 16), 6)
    expect(await recall('true')).toBeGreaterThan((await recall('false')) + 0.3)
    expect(weighted.result.test?.accuracy).toBeLessThan(plain.result.test?.accuracy as number)
  })
})

test('a run that reads no better than guessing says so; bytes alone are made black and white', async () => {
  const data = { name: 'clouds', train: clouds(400, 1), test: clouds(400, 2), source: 'made', files: [], drawn: false }
  const run = (rate: number) =>
    trainRun({
      model,
      data,
      recipe: { ...toyRecipe, epochs: 5 },
      changes: { rate },
      backend,
      out: join(temp, `rate-${rate}`),
    })
  expect((await run(1e-9)).warnings.join()).toContain('Always saying "common" would be more often right (95.0 %)')
  expect((await run(0.1)).warnings).toEqual([])
  const binary = trainRun({ model, data, recipe: toyRecipe, normalise: 'binary', backend, out: join(temp, 'binary') })
  await expect(binary).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('bytes of pictures') })
})

describe('an even training part', () => {
  const data = { name: 'clouds', train: clouds(400, 1), test: clouds(400, 2), source: 'made', files: [], drawn: false }
  const recipe = { ...toyRecipe, epochs: 1, input: { scale: [2], shift: [0.5], clip: true } }
  // 16 of the 320 training examples are rare, 4 of the 80 held out.
  test.each([
    [{ cap: 50 }, [50, 16]],
    [{ oversample: true }, [304, 304]],
    [{ cap: 20, oversample: true }, [20, 20]],
  ])('%j', async (changes, expected) => {
    const out = join(temp, JSON.stringify(changes))
    const report = ({ data }: { data: object }) => JSON.stringify(data)
    const { train: scores } = await trainRun({ model, data, recipe, changes, backend, out, seed: 1, report })
    const config = readConfig(out)
    expect(config.recipe).toMatchObject({ ...changes, input: recipe.input })
    const { train, shown, validation } = await prepareRunData(data, config.recipe as Recipe, 1)
    const counted = [shown, train, validation].map(part => classCounts(part as Dataset))
    expect(counted).toEqual([expected, [304, 16], [76, 4]])
    // What is told and judged is the part as it is.
    expect(config.data.counts).toEqual({ train: 320, validation: 80, test: 400 })
    const facts = JSON.parse(readFileSync(join(out, 'report.html'), 'utf8'))
    const epochCount = expected[0] + expected[1]
    expect(facts).toMatchObject({ trainCount: 320, trainDistribution: [304, 16], epochCount })
    const { model: run } = await loadRun(out, model)
    expect((await run.evaluate(train, { backend })).accuracy).toBe(scores.accuracy)
  })

  test.each([{ oversample: true }, { cap: 10 }])('the majority beside a table, %j', async changes => {
    const rows = { ...data, table: { label: 'kind', columns: [], leftOut: [], doubts: [] } }
    const out = join(temp, `table-${JSON.stringify(changes)}`)
    const { baselines } = await trainRun({ model, data: rows, recipe, changes, backend, out, seed: 1 })
    expect(baselines?.[1]).toMatchObject({ name: 'majority', train: { accuracy: 0.95 }, test: { accuracy: 0.95 } })
  })
})

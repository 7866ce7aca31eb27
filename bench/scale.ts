/**
 * How the time of a training step grows: with the batch, the width, the depth and the threads; what memory a plan takes;
 * how long compiling takes. Writes docs/performance/scale.csv and a plot a question. Run it on a quiet machine:
 *
 *   node_modules/.bin/node bench/scale.ts [--quick]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWasmBackend } from '../src/engine/backends/wasm/backend.ts'
import { adam, conv2d, dense, flatten, type Model, maxPool2d, sequential, trainingStep } from '../src/nn/index.ts'
import { findModel } from '../src/zoo/index.ts'
import { type Curve, scaleChart } from './scaleChart.ts'
import { readyStep } from './systems/inklingStep.ts'
import { median } from './systems/system.ts'
import { modelOf } from './workloads/build.ts'
import { workloads } from './workloads/index.ts'

const quick = process.argv.includes('--quick')
const folder = join(fileURLToPath(new URL('..', import.meta.url)), 'docs', 'performance')
const TURN_MS = quick ? 1 : 300
const ROUNDS = quick ? 1 : 3

interface Point {
  question: string
  series: string
  at: number
  ms: number
  low: number
  high: number
}

const points: Point[] = []
const powers = (from: number, to: number) => {
  const all: number[] = []
  for (let n = from; n <= to; n *= 2) all.push(n)
  return quick ? all.slice(0, 2) : all
}

interface Trial {
  series: string
  at: number
  model: Model
  batch: number
  threads?: number
}

/** Measures the trials of a question in turn, round by round. */
async function ask(question: string, trials: Trial[]): Promise<void> {
  const times = new Map<Trial, number[]>(trials.map(t => [t, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const trial of trials) {
      const backend = await createWasmBackend({ threads: trial.threads ?? 2, simd: 'auto' })
      const step = await readyStep(backend, trial.model, { batch: trial.batch, train: true })
      times.get(trial)!.push(median(await step.run(TURN_MS, 3)))
      await step.close()
      await backend.close()
    }
  for (const [{ series, at }, ms] of times)
    points.push({ question, series, at, ms: median(ms), low: Math.min(...ms), high: Math.max(...ms) })
  console.error(`${question}: done`)
}

const zoo = (id: string) => findModel(id).build()
const perceptron = (width: number, depth: number) =>
  sequential([784], [...Array.from({ length: depth }, () => dense(width, { activation: 'relu' })), dense(10)])
const network = (channels: number, depth: number) =>
  sequential(
    [28, 28, 1],
    [
      ...Array.from({ length: depth }, () => conv2d(channels, 3, { padding: 'same', activation: 'relu' })),
      ...[maxPool2d(4), flatten(), dense(10)],
    ],
  )

const models = ['kaggle-cnn', 'compare-mlp', 'compare-rnn']
await ask(
  'batch',
  models.flatMap(id => powers(8, 1024).map(batch => ({ series: id, at: batch, model: zoo(id), batch }))),
)
await ask('width', [
  ...powers(32, 2048).map(at => ({ series: 'two dense layers', at, model: perceptron(at, 2), batch: 128 })),
  ...powers(8, 128).map(at => ({ series: 'two convolutions', at, model: network(at, 2), batch: 32 })),
])
await ask('depth', [
  ...powers(1, 32).map(at => ({ series: 'dense layers of 256', at, model: perceptron(256, at), batch: 128 })),
  ...powers(1, 16).map(at => ({ series: 'convolutions of 32', at, model: network(32, at), batch: 32 })),
])
const counts = quick ? [1, 2] : [1, 2, 3, 4, 5, 6, 7, 8]
await ask(
  'threads',
  models.flatMap(id => counts.map(threads => ({ series: id, at: threads, model: zoo(id), batch: 128, threads }))),
)

const axes: Record<string, string> = {
  batch: 'examples of a batch',
  width: 'units or channels of a layer',
  depth: 'layers',
  threads: 'threads',
}
mkdirSync(folder, { recursive: true })
const lines = points.map(p => [p.question, p.series, p.at, ...[p.ms, p.low, p.high].map(v => v.toPrecision(4))].join())
writeFileSync(join(folder, 'scale.csv'), `question,series,at,ms,low,high\n${lines.join('\n')}\n`)
for (const [question, axis] of Object.entries(axes)) {
  const curves = new Map<string, Curve>()
  for (const { series, at, ms } of points.filter(p => p.question === question)) {
    if (!curves.has(series)) curves.set(series, { name: series, points: [] })
    curves.get(series)!.points.push({ x: at, y: ms })
  }
  const chart = await scaleChart([...curves.values()], { name: question, axis, logarithmic: question !== 'threads' })
  writeFileSync(join(folder, `scale-${question}.svg`), chart)
}

const backend = await createWasmBackend({ threads: 2, simd: 'auto' })
const memory = ['model,batch,planBytes,tensorBytes']
for (const workload of workloads.filter(w => w.passes.includes('train'))) {
  const session = backend.createSession()
  const { graph, outputs } = trainingStep(modelOf(workload), {
    ...{ batch: workload.batch, input: { dtype: 'f32' }, optimizer: adam() },
  })
  const executable = await session.compile(graph, outputs)
  memory.push([workload.model, workload.batch, executable.memory.arena, executable.memory.tensors].join())
  await session.close()
}
writeFileSync(join(folder, 'memory.csv'), `${memory.join('\n')}\n`)
console.log(memory.join('\n'))

const started = performance.now()
const session = backend.createSession()
const { graph, outputs } = trainingStep(zoo('resnet50'), { batch: 1, input: { dtype: 'f32' }, optimizer: adam() })
await session.compile(graph, outputs)
console.log(
  `resnet50, from its description to a compiled training step: ${((performance.now() - started) / 1000).toFixed(2)} s`,
)
await session.close()
await backend.close()

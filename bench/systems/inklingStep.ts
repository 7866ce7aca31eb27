import type { Backend, Feeds } from '../../src/engine/backend.ts'
import { sizeOf, type Tensor } from '../../src/engine/graph.ts'
import { adam, evaluationStep, initialState, initialWeights, type Model, trainingStep } from '../../src/nn/index.ts'
import { labels, numbers } from '../peers/serve.mjs'
import { BATCHES } from './protocol.ts'

/** A step that is ready: runs for about so long and gives the milliseconds of each run. */
export interface ReadyStep {
  run(milliseconds: number, least: number): Promise<number[]>
  close(): Promise<void>
}

export interface StepSettings {
  batch: number
  /** A training step, else a prediction. */
  train: boolean
  /**
   * Runs under way at a time. Two as in training: the next batch is handed over while the last one is computed, and a
   * run's time is that between two ends.
   */
  flights?: number
}

const WARM_MS = 300

/** Compiles a step of a model and warms it up. */
export async function readyStep(
  backend: Backend,
  model: Model,
  { batch, train, flights = 2 }: StepSettings,
): Promise<ReadyStep & { memory: { arena: number; tensors: number } }> {
  // Pictures come as bytes, as in training; signals as numbers.
  const pictures = model.inputShape.length === 3
  const input = { dtype: pictures ? 'u8' : 'f32' } as const
  const optimizer = adam(1e-3)
  const session = backend.createSession()
  const weights = initialWeights(model, 1)
  const { graph, outputs } = train
    ? trainingStep(model, { batch, input, optimizer })
    : evaluationStep(model, { batch, input })
  const wanted: Record<string, Tensor> = 'loss' in outputs ? outputs : { probabilities: outputs.probabilities }
  const executable = await session.compile(graph, wanted)
  const values = [...weights, ...(train ? initialState(model, optimizer, weights) : [])]
  for (const [name, value] of values) if (session.has(name)) session.write(name, value)

  const batches = Array.from({ length: BATCHES }, (_, i): Feeds => {
    const values = numbers(batch * sizeOf(model.inputShape), i + 1)
    const x = pictures ? Uint8Array.from(values, v => (v + 1) * 127.5) : values
    return train ? { x, y: labels(batch, model.outputShape[0], i + 100) } : { x }
  })
  let step = 0
  const once = () => {
    const feeds = { ...batches[step % BATCHES] }
    step++
    if (train) feeds.hyper = optimizer.hyper(step)
    if (graph.inputs.has('seed')) feeds.seed = Int32Array.of(1, step)
    return executable.run(feeds)
  }
  await timed(once, flights, WARM_MS, 3)
  return {
    memory: executable.memory,
    run: (milliseconds, least) => timed(once, flights, milliseconds, least),
    close: () => session.close(),
  }
}

/** Ends of overlapping runs may be noticed late and together, so their times are means over at least so long. */
const BLOCK_MS = 20

/**
 * Milliseconds of each run, `flights` of which are under way at a time: of one at a time from asking to having the
 * answer, of several the mean over short blocks.
 */
export async function timed(
  once: () => Promise<unknown>,
  flights: number,
  milliseconds: number,
  least: number,
): Promise<number[]> {
  const times: number[] = []
  const under = Array.from({ length: flights - 1 }, once)
  if (flights > 1) {
    // The first of several that overlap has no end before it to count from.
    under.push(once())
    await under.shift()
  }
  let last = performance.now()
  const until = last + milliseconds
  let runs = 0
  let all = 0
  do {
    under.push(once())
    await under.shift()
    runs++
    all++
    const now = performance.now()
    if (flights > 1 && now - last < BLOCK_MS) continue
    times.push((now - last) / runs)
    last = now
    runs = 0
  } while (all < least || performance.now() < until || times.length === 0)
  await Promise.all(under)
  return times
}

import type { Dataset } from '../data/dataset.ts'
import type { Executable, Feeds, Fetched, Session } from '../engine/backend.ts'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import type { Model } from '../nn/model.ts'
import { gradientSumName, partStep, trainingStep, updateStep } from '../nn/trainingStep.ts'
import { type Batches, createBatches, labelFormOf } from './batches.ts'
import { inputFormOf } from './input.ts'
import { partSizes, sizeOfPart } from './parts.ts'
import type { ResolvedSettings } from './settings.ts'

/** One batch of a training. What it computes depends on this alone, so that it can be computed again. */
export interface Batch {
  /** Of its examples in the data set. */
  positions: Uint32Array
  /** From 1. */
  epoch: number
  /** Updates before it. */
  step: number
  /** The block of numbers that the optimizer reads. */
  hyper: Float32Array
}

/** What a batch brought. */
export interface Outcome {
  examples: number
  /** Mean over its examples. */
  loss: number
  /** Examples that were read rightly. */
  correct: number
  /** The run that met a NaN or an infinity, where one did: from it on nothing was updated. */
  broken?: { plan: Executable; feeds: () => Feeds }
}

type StepSettings = Pick<
  ResolvedSettings,
  'accumulate' | 'augment' | 'batchSize' | 'epochs' | 'loss' | 'optimizer' | 'plainEpochs' | 'scaling' | 'seed'
>
type Part = Executable<'loss' | 'correct' | 'stopped'>
interface Run<K extends string = string> {
  plan: Executable<K>
  feeds: () => Feeds
  fetched: Promise<Fetched<K>>
}

/** Runs under way at a time: the next examples are gathered while the last ones are computed. */
export const FLIGHTS = 2

/**
 * The plans that batches are computed by: one whole step, or where gradients are accumulated a plan for each size of a
 * part and one for the update.
 */
export class Steps {
  readonly #session: Session
  readonly #settings: StepSettings
  readonly #gather: Batches
  readonly #sums: ReadonlySet<string>
  /** By the form of the pictures and the number of examples. */
  readonly #parts = new Map<string, Part>()
  #update: Executable<'stopped'> | undefined
  /** The plan that ran last, and those of its runs that may not be over. */
  #latest: Executable | undefined
  #underWay: Promise<unknown>[] = []

  private constructor(session: Session, model: Model, train: Dataset, settings: StepSettings) {
    this.#session = session
    this.#settings = settings
    const size = Math.min(sizeOfPart(settings.batchSize, settings.accumulate), train.length)
    this.#gather = createBatches(train, size, labelFormOf(settings.loss))
    this.#sums = new Set(model.parameters().map(p => gradientSumName(p.name)))
  }

  /** Compiles what whole batches of `train` need, and the smaller one that is left. */
  static async compile(session: Session, model: Model, train: Dataset, settings: StepSettings): Promise<Steps> {
    const steps = new Steps(session, model, train, settings)
    const { accumulate, batchSize, loss, optimizer, scaling } = settings
    const batches = [Math.min(batchSize, train.length), train.length % batchSize]
    const sizes = new Set(batches.flatMap(examples => steps.#sizes(examples)))
    for (const plain of new Set([steps.#isPlain(1), steps.#isPlain(settings.epochs)])) {
      const input = {
        ...inputFormOf(train, scaling),
        augment: plain ? wholePixels(settings.augment) : settings.augment,
      }
      for (const batch of sizes) {
        const options = { batch, input, loss }
        const { graph, outputs } =
          accumulate === 1 ? trainingStep(model, { ...options, optimizer }) : partStep(model, options)
        steps.#parts.set(partKey(plain, batch), await session.compile(graph, outputs))
      }
    }
    if (accumulate > 1) {
      const { graph, outputs } = updateStep(model, optimizer)
      steps.#update = await session.compile(graph, outputs)
    }
    return steps
  }

  /** Names of the session's values that outlive a batch: all but the sums of gradients, which are 0 then. */
  lasting(): string[] {
    return this.#session.names().filter(name => !this.#sums.has(name))
  }

  /** Starts a batch behind those under way. */
  async start(batch: Batch): Promise<{ outcome: Promise<Outcome> }> {
    const { positions, epoch, step, hyper } = batch
    const { accumulate } = this.#settings
    const seed = this.#settings.seed | 0
    const runs: Run<'loss' | 'correct' | 'stopped'>[] = []
    let end = 0
    for (const [i, size] of this.#sizes(positions.length).entries()) {
      const examples = positions.subarray(end, (end += size))
      const feeds = () => ({
        ...this.#gather.feeds(examples),
        seed: Int32Array.of(seed, step * accumulate + i),
        epochSeed: Int32Array.of(seed, epoch),
        hyper,
        share: size / positions.length,
      })
      runs.push(await this.#start(this.#parts.get(partKey(this.#isPlain(epoch), size)) as Part, feeds))
    }
    const update = this.#update && (await this.#start(this.#update, () => ({ hyper })))
    return { outcome: outcomeOf(positions.length, runs, update) }
  }

  /** Whether pictures are not resampled in an epoch, from 1. */
  #isPlain(epoch: number): boolean {
    const { epochs, plainEpochs } = this.#settings
    return plainEpochs > 0 && epoch > epochs - plainEpochs
  }

  #sizes(examples: number): number[] {
    return partSizes(examples, sizeOfPart(this.#settings.batchSize, this.#settings.accumulate))
  }

  /** Runs of one plan keep their order; another plan's must not overtake them. */
  async #start<K extends string>(plan: Executable<K>, feeds: () => Feeds): Promise<Run<K>> {
    if (plan !== this.#latest) await Promise.all(this.#underWay.splice(0))
    else if (this.#underWay.length >= FLIGHTS) await this.#underWay.shift()
    this.#latest = plan
    const fetched = plan.run(feeds())
    const over = () => {}
    this.#underWay.push(fetched.then(over, over))
    return { plan, feeds, fetched }
  }
}

const partKey = (plain: boolean, examples: number) => `${plain ? 'plain' : 'augmented'} ${examples}`

/** What of an augmentation leaves every pixel its value. */
function wholePixels({ crop, flip }: AugmentSettings = {}): AugmentSettings | undefined {
  return crop || flip ? { crop, flip } : undefined
}

/** Adds up what the parts of a batch gave. A whole step is a part whose share is all. */
async function outcomeOf(
  examples: number,
  parts: readonly Run<'loss' | 'correct' | 'stopped'>[],
  update: Run<'stopped'> | undefined,
): Promise<Outcome> {
  const outcome: Outcome = { examples, loss: 0, correct: 0 }
  for (const { fetched } of parts) {
    const { loss, correct } = await fetched
    outcome.loss += loss[0]
    for (const right of correct) outcome.correct += right
  }
  for (const run of update ? [...parts, update] : parts) {
    const { stopped } = await run.fetched
    if (stopped[0] !== 0) outcome.broken ??= run
  }
  return outcome
}

import type { Dataset } from '../data/dataset.ts'
import type { Session } from '../engine/backend.ts'
import type { Model } from '../nn/model.ts'
import { initialState } from '../nn/trainingStep.ts'
import { checkFits } from './batches.ts'
import { createBreath } from './breath.ts'
import { callbackStates, restoreCallbacks } from './callbacks.ts'
import { createSaver, type Saver } from './checkpoint.ts'
import type { FitResult } from './fitResult.ts'
import { Ledger } from './ledger.ts'
import { type NonFiniteError, nonFiniteError } from './nonFinite.ts'
import { epochOrder } from './order.ts'
import { createPace, type Pace } from './pace.ts'
import { sizeOfPart } from './parts.ts'
import { classifies, type FitSettings, type ResolvedSettings, resolveSettings } from './settings.ts'
import {
  allFinite,
  readKeptWeights,
  readValues,
  restoreValues,
  type TrainingState,
  writeValues,
  writeWeights,
} from './state.ts'
import { type Batch, FLIGHTS, type Outcome, Steps } from './steps.ts'
import { createValidator, type Validator } from './validator.ts'

/**
 * Trains a model. The same settings, data and kernel family give the same bits, in one go or resumed from any
 * checkpoint.
 *
 * @throws NonFiniteError when a loss or gradient is NaN or infinite; it carries the last good weights
 * @throws InklingError when settings, data or a checkpoint don't fit
 */
export async function fitModel(model: Model, train: Dataset, given: FitSettings): Promise<FitResult> {
  const settings = resolveSettings(given)
  const { target } = settings.loss
  checkFits(train, model, { labels: true, target })
  if (settings.validation) checkFits(settings.validation, model, { labels: true, target })
  const session = settings.backend.createSession({ exact: settings.exact })
  try {
    const training = new Training(model, train, settings, session)
    await training.prepare()
    return await training.run()
  } finally {
    await session.close()
  }
}

class Training {
  readonly #model: Model
  readonly #train: Dataset
  readonly #settings: ResolvedSettings
  readonly #session: Session
  readonly #batches: number
  readonly #pace: Pace
  readonly #saver: Saver
  readonly #ledger: Ledger
  #steps!: Steps
  #validator: Validator | undefined
  #bestWeights: Map<string, Float32Array> | undefined
  /** Weights of the start of an epoch, should those of a broken step not be finite. */
  #remembered = new Map<string, Float32Array>()
  /** Batches under way. */
  readonly #flights: Promise<Outcome>[] = []
  readonly #breathe = createBreath()

  constructor(model: Model, train: Dataset, settings: ResolvedSettings, session: Session) {
    this.#model = model
    this.#train = train
    this.#settings = settings
    this.#session = session
    const { optimizer, schedule, loss, batchSize, epochs, validation, checkpoint, resume } = settings
    const batches = Math.ceil(train.length / batchSize)
    this.#batches = batches
    this.#pace = createPace(optimizer, schedule, batches, epochs)
    this.#saver = createSaver(checkpoint)
    const course = {
      ...{ epochs, batches, examples: train.length },
      validated: validation !== undefined,
      classifies: classifies(loss),
    }
    this.#ledger = new Ledger(course, resume?.position)
  }

  /** Compiles all plans (before anything runs: it may move the scratch memory) and writes the first values. */
  async prepare(): Promise<void> {
    const { accumulate, batchSize, optimizer, validation, loss, scaling, resume, weights, seed } = this.#settings
    this.#steps = await Steps.compile(this.#session, this.#model, this.#train, this.#settings)
    if (validation) {
      const block = Math.min(sizeOfPart(batchSize, accumulate), validation.length)
      const options = { loss, block, averaged: optimizer.averaging !== undefined, scaling }
      this.#validator = await createValidator(this.#session, this.#model, validation, options)
    }
    if (resume) this.#restore(resume)
    else {
      const first = weights ?? this.#model.initialWeights(seed)
      writeWeights(this.#session, this.#model, first)
      writeValues(this.#session, initialState(this.#model, optimizer, first))
    }
    this.#rememberWeights()
  }

  async run(): Promise<FitResult> {
    try {
      while (!this.#ledger.over) {
        if (this.#ledger.batch === 0) this.#rememberWeights()
        if (!(await this.#trainEpoch())) {
          await this.#save()
          await this.#saver.finish()
          return this.#result(true)
        }
        await this.#finishEpoch()
      }
      await this.#saver.finish()
      return this.#result(false)
    } catch (error) {
      // Steps under way end by themselves; a checkpoint being written is finished or removed.
      await Promise.allSettled([...this.#flights, this.#saver.finish()])
      throw error
    }
  }

  /** Trains from the present batch to the epoch's end; false when the signal ended it. */
  async #trainEpoch(): Promise<boolean> {
    const { seed, shuffle, signal, batchSize } = this.#settings
    const ledger = this.#ledger
    const order = epochOrder(this.#train.length, seed, ledger.epoch, shuffle)
    ledger.meter.start()
    for (let batch = ledger.batch; batch < this.#batches; batch++) {
      if (signal?.aborted) break
      const positions = order.subarray(batch * batchSize, (batch + 1) * batchSize)
      const { outcome } = await this.#steps.start(this.#placed(batch, positions))
      outcome.catch(() => {}) // it is awaited in turn; until then it must not count as unhandled
      this.#flights.push(outcome)
      await this.#settle(FLIGHTS - 1)
      if (batch + 1 < this.#batches && this.#saver.due(ledger.step + this.#flights.length)) {
        await this.#settle(0)
        ledger.meter.pause()
        await this.#save()
        ledger.meter.start()
      }
      await this.#breathe()
    }
    await this.#settle(0)
    ledger.meter.pause()
    return ledger.batch === this.#batches
  }

  /** Batch number `batch` of this epoch, from 0, in its place in the training. */
  #placed(batch: number, positions: Uint32Array): Batch {
    const { epoch } = this.#ledger
    const step = (epoch - 1) * this.#batches + batch
    return { positions, epoch, step, hyper: this.#pace.hyper(step) }
  }

  /** Waits until at most `under` steps are under way, and takes account of those that ended. */
  async #settle(under: number): Promise<void> {
    const { callbacks, onBatch } = this.#settings
    while (this.#flights.length > under) {
      const { loss, correct, examples, broken } = await this.#flights[0]
      this.#flights.shift()
      if (broken) throw await this.#broken(broken, Number.isFinite(loss))
      this.#ledger.count(loss, correct, examples)
      if (!onBatch && !callbacks.some(c => c.onBatch)) continue
      const progress = this.#ledger.progress(this.#pace.rate(this.#ledger.step - 1))
      onBatch?.(progress)
      for (const callback of callbacks) callback.onBatch?.(progress)
    }
  }

  /** Validates, keeps the best, tells everybody, and makes a checkpoint at the next epoch's start. */
  async #finishEpoch(): Promise<void> {
    const { callbacks, monitor, onEpoch, epochs, keep } = this.#settings
    const ledger = this.#ledger
    const record = ledger.record(this.#pace.rate(ledger.step - 1), await this.#validate())
    this.#pace.epochEnded(record)
    if (ledger.noteBest(monitor, record) && keep === 'best') this.#bestWeights = this.#readKept()
    const stop = (reason: string) => {
      ledger.ended ??= reason
    }
    for (const callback of callbacks) await callback.onEpoch?.(record, { stop })
    await onEpoch?.(record, { epochs, best: ledger.best?.epoch })
    ledger.nextEpoch()
    await this.#save()
  }

  async #validate(): Promise<{ loss: number; accuracy?: number } | undefined> {
    if (!this.#validator) return undefined
    const began = performance.now()
    const judged = await this.#validator.validate()
    this.#ledger.meter.validated((performance.now() - began) / 1000)
    return judged
  }

  /** With no step under way. */
  async #save(): Promise<void> {
    await this.#saver.save(this.#ledger.step, () => ({
      position: this.#ledger.position(this.#pace.state(), callbackStates(this.#settings.callbacks)),
      values: readValues(this.#session, this.#steps.lasting()),
      best: this.#bestWeights,
    }))
  }

  #restore({ position, values, best }: TrainingState): void {
    restoreValues(this.#session, this.#model, values, this.#steps.lasting())
    this.#bestWeights = best && new Map(best)
    if (position.schedule) this.#pace.restore(position.schedule)
    restoreCallbacks(this.#settings.callbacks, position.callbacks)
  }

  /** The error that names where a step met a NaN or an infinity. */
  async #broken({ plan, feeds }: NonNullable<Outcome['broken']>, finiteLoss: boolean): Promise<NonFiniteError> {
    await Promise.allSettled(this.#flights.splice(0))
    const error = await nonFiniteError(plan, feeds(), {
      epoch: this.#ledger.epoch,
      batch: this.#ledger.batch + 1,
      batches: this.#batches,
      learningRate: this.#pace.rate(this.#ledger.step),
    })
    // The guard kept the broken gradients out; but with a loss that is none the step before threw the weights too far.
    let weights = this.#bestWeights ?? this.#readKept()
    if (!allFinite(weights) || !(this.#bestWeights || finiteLoss || error.blamesData)) weights = this.#remembered
    const keptEpoch = this.#bestWeights && this.#ledger.best?.epoch
    error.result = { ...this.#result(false), weights, keptEpoch }
    return error
  }

  #rememberWeights(): void {
    const weights = this.#readKept()
    if (allFinite(weights)) this.#remembered = weights
  }

  #readKept(): Map<string, Float32Array> {
    return readKeptWeights(this.#session, this.#model, this.#settings.optimizer.averaging !== undefined)
  }

  #result(interrupted: boolean): FitResult {
    const { step, epoch, batch, history, best, ended, meter } = this.#ledger
    const { seconds, trainingSeconds, trainingExamples } = meter.tally()
    return {
      weights: this.#bestWeights ?? this.#readKept(),
      history,
      best,
      keptEpoch: this.#bestWeights ? best?.epoch : batch === 0 ? epoch - 1 : undefined,
      ended,
      interrupted,
      steps: step,
      seconds,
      examplesPerSecond: trainingExamples / Math.max(1e-9, trainingSeconds),
    }
  }
}

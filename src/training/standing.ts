import type { Dataset } from '../data/dataset.ts'
import type { Backend, Session } from '../engine/backend.ts'
import type { Model } from '../nn/model.ts'
import { type InputScaling, inputFormOf } from './input.ts'
import { createPredictor, type Predictions, type Predictor } from './predictor.ts'
import { writeWeights } from './state.ts'

/** A model standing ready to predict: its weights in a session, its plans compiled when first needed. */
export class Standing {
  readonly backend: Backend
  readonly #subject: { model: Model; weights: ReadonlyMap<string, Float32Array>; scaling: InputScaling }
  readonly #session: Session
  readonly #predictors = new Map<string, Predictor>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    backend: Backend,
    { model, weights, scaling }: { model: Model; weights: ReadonlyMap<string, Float32Array>; scaling: InputScaling },
  ) {
    this.backend = backend
    this.#subject = { model, weights, scaling }
    this.#session = backend.createSession()
  }

  /** Predictions of a dataset in blocks of `block`; calls are answered one after the other. */
  predict(dataset: Dataset, block: number): Promise<Predictions> {
    const result = this.#last.then(async () => (await this.#predictor(dataset, block)).predict(dataset))
    this.#last = result.catch(() => {})
    return result
  }

  /** Once what was asked before is answered. */
  async close(): Promise<void> {
    await this.#last
    await this.#session.close()
  }

  async #predictor(dataset: Dataset, block: number): Promise<Predictor> {
    const { model, weights, scaling } = this.#subject
    const form = inputFormOf(dataset, scaling)
    const key = `${form.dtype} ${block}`
    let predictor = this.#predictors.get(key)
    if (!predictor) {
      predictor = await createPredictor(this.#session, model, form, { block })
      if (this.#predictors.size === 0) writeWeights(this.#session, model, weights)
      this.#predictors.set(key, predictor)
    }
    return predictor
  }
}

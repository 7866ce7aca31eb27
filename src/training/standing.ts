import type { Dataset } from '../data/dataset.ts'
import type { Backend, Session } from '../engine/backend.ts'
import type { AugmentSettings } from '../engine/ops/augmentPicture.ts'
import type { Model } from '../nn/model.ts'
import { type InputScaling, inputFormOf } from './input.ts'
import { createPredictor, type Predictions, type Predictor } from './predictor.ts'
import { writeWeights } from './state.ts'

/** Variant `number` of the random moves that a seed gives. */
export interface Moved {
  augment: AugmentSettings
  seed: number
  number: number
}

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

  /**
   * Predictions of a dataset in blocks of `block`; calls are answered one after the other.
   * @param moved pictures are moved so
   */
  predict(dataset: Dataset, block: number, moved?: Moved): Promise<Predictions> {
    const result = this.#last.then(async () =>
      (await this.#predictor(dataset, block, moved?.augment)).predict(dataset, moved),
    )
    this.#last = result.catch(() => {})
    return result
  }

  /** Once what was asked before is answered. */
  async close(): Promise<void> {
    await this.#last
    await this.#session.close()
  }

  async #predictor(dataset: Dataset, block: number, augment: AugmentSettings | undefined): Promise<Predictor> {
    const { model, weights, scaling } = this.#subject
    const form = inputFormOf(dataset, scaling)
    const key = `${form.dtype} ${block} ${JSON.stringify(augment)}`
    let predictor = this.#predictors.get(key)
    if (!predictor) {
      predictor = await createPredictor(this.#session, model, form, { block, augment })
      if (this.#predictors.size === 0) writeWeights(this.#session, model, weights)
      this.#predictors.set(key, predictor)
    }
    return predictor
  }
}

import { type Dataset, labelsOf } from '../data/dataset.ts'
import { InklingError } from '../errors.ts'
import { evaluateProbabilities } from '../evaluation/evaluate.ts'
import type { Evaluation } from '../evaluation/types.ts'
import { averagePredictions } from './averaging.ts'
import type { Predictions } from './predictor.ts'
import { answersOf, type Prediction, type PredictorSettings, type TrainableModel } from './trainable.ts'

/** What {@link Ensemble} reads: one dataset for all members, or one for each where they read other shapes. */
export type EnsembleInput = Dataset | readonly Dataset[]

/**
 * Several models whose probabilities are averaged. They may differ in everything but their classes.
 *
 * ```ts
 * const both = new Ensemble([await loadModel('runs/a'), await loadModel('runs/b')])
 * console.log((await both.evaluate(test)).accuracy)
 * ```
 */
export class Ensemble {
  readonly members: readonly TrainableModel[]
  readonly classes: readonly string[]

  /**
   * @param names of the members, for errors; default: those of the models
   * @throws InklingError (exit code 2) when the classes of one are not those of the first, in the same order
   */
  constructor(members: readonly TrainableModel[], names: readonly string[] = members.map(({ name }) => name)) {
    if (members.length === 0) throw new InklingError('an ensemble needs at least one model', { exitCode: 2 })
    this.members = members
    this.classes = members[0].classes
    for (const [i, { classes }] of members.entries()) checkClasses(classes, this.classes, names[i], names[0])
  }

  /** Mean probabilities of every example. */
  async probabilities(
    input: EnsembleInput,
    settings: PredictorSettings | readonly PredictorSettings[] = {},
  ): Promise<Predictions> {
    const datasets = this.#each(input)
    const made: Predictions[] = []
    for (const [i, member] of this.members.entries())
      made.push(await member.probabilities(datasets[i], Array.isArray(settings) ? settings[i] : settings))
    return averagePredictions(made)
  }

  /** The most probable class of every example. */
  async predict(
    input: EnsembleInput,
    settings: PredictorSettings | readonly PredictorSettings[] = {},
  ): Promise<Prediction[]> {
    return answersOf(await this.probabilities(input, settings), this.classes)
  }

  /** Scores on labelled examples. */
  async evaluate(
    input: EnsembleInput,
    settings: PredictorSettings | readonly PredictorSettings[] = {},
  ): Promise<Evaluation> {
    const labels = this.#each(input).map(labelsOf)
    const other = labels.findIndex(list => list.join() !== labels[0].join())
    if (other > 0)
      throw new InklingError(`example for example, model ${other + 1} is given other labels than the first`)
    // One model alone knows its logits: its loss is exact.
    if (this.members.length === 1)
      return await this.members[0].evaluate(this.#each(input)[0], Array.isArray(settings) ? settings[0] : settings)
    const { probabilities } = await this.probabilities(input, settings)
    return evaluateProbabilities(probabilities, labels[0], this.classes)
  }

  #each(input: EnsembleInput): readonly Dataset[] {
    const datasets = Array.isArray(input) ? (input as readonly Dataset[]) : this.members.map(() => input as Dataset)
    if (datasets.length === this.members.length) return datasets
    throw new InklingError(
      `${this.members.length} models need one dataset or ${this.members.length}, got ${datasets.length}`,
      {
        exitCode: 2,
      },
    )
  }
}

function checkClasses(classes: readonly string[], first: readonly string[], name: string, firstName: string): void {
  if (classes.length === first.length && classes.every((label, k) => label === first[k])) return
  const show = (list: readonly string[]) => `${list.slice(0, 6).join(', ')}${list.length > 6 ? ', ...' : ''}`
  const sorted = (list: readonly string[]) => [...list].sort().join('\n')
  const what = sorted(classes) === sorted(first) ? 'the same classes in another order' : 'other classes'
  throw new InklingError(`${name} has ${what} (${show(classes)}) than ${firstName} (${show(first)})`, {
    exitCode: 2,
    hint: 'The probabilities of several runs are averaged class by class: all must have learned the same ones.',
  })
}

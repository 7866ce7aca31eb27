import type { Dataset } from '../data/dataset.ts'
import type { Backend } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import { CascadeModel, type CascadeRule, MAIN_PART, specialistPart } from '../nn/cascade.ts'
import { withThresholds } from './cascade.ts'
import { cascadeOrigin } from './cascadeOrigin.ts'
import { defaultBackend } from './defaultBackend.ts'
import type { InputScaling } from './input.ts'
import { TrainableModel } from './trainable.ts'

/** How {@link joinCascade} joins. */
export interface JoinCascadeSettings {
  /** Labelled examples of all classes, none of which a part has learned from: the thresholds are chosen on them. */
  validation: Dataset
  /** Default 'mass'. */
  rule?: CascadeRule
  /** Default 'cascade'. */
  name?: string
  /** Default: {@link defaultBackend}. */
  backend?: Backend
}

/**
 * Networks that were trained apart, as one cascade (Fatov 2024): a main network, and specialists that learned some of its
 * classes alone. Classes are matched by their names. Specialists that learn in batches of their own classes learn more than
 * those of a cascade that is trained as one, where few examples of a batch are theirs. Of parts that are of the zoo, `save`
 * writes a file that `loadModel` takes.
 *
 * ```ts
 * const cascade = await joinCascade(letters, [ovals], { validation })
 * console.log((await cascade.evaluate(test)).accuracy)
 * ```
 *
 * @throws InklingError (exit code 2) when a specialist knows a class that the main network does not, the validation part has
 *   other classes, or the parts want their values scaled differently
 */
export async function joinCascade(
  main: TrainableModel,
  specialists: readonly TrainableModel[],
  { validation, rule = 'mass', name, backend }: JoinCascadeSettings,
): Promise<TrainableModel> {
  const parts = specialists.map(specialist => ({
    classes: specialist.classes.map(label => classOf(label, main, specialist)),
    model: specialist.model,
  }))
  for (const specialist of specialists)
    if (!sameScaling(specialist.scaling, main.scaling))
      throw new InklingError(
        `${specialist.name} wants its values as ${JSON.stringify(specialist.scaling)}, ${main.name} as ` +
          `${JSON.stringify(main.scaling)}: the parts of a cascade read the same values`,
        { exitCode: 2, hint: 'Train them with the same scaling.' },
      )
  if (validation.classes.join('\n') !== main.classes.join('\n'))
    throw new InklingError(
      `the classes of the validation part are ${validation.classes.slice(0, 40).join(', ')}; those of ${main.name} ` +
        `${main.classes.slice(0, 40).join(', ')}`,
      { exitCode: 2, hint: 'Their labels must count the same classes in the same order.' },
    )
  const origin = cascadeOrigin(rule, main.model, parts)
  const model = new CascadeModel({ main: main.model, specialists: parts, rule, name, origin })
  const { classes, scaling } = main
  // A cascade calls the parameters of its parts as these do, behind the part's name; the thresholds are chosen last.
  const weights = new Map<string, Float32Array>()
  for (const [i, { weights: own }] of [main, ...specialists].entries())
    for (const [name, values] of own) weights.set(`${i === 0 ? MAIN_PART : specialistPart(i - 1)}/${name}`, values)
  const chosen = await withThresholds(backend ?? (await defaultBackend()), { model, weights, scaling }, validation)
  return new TrainableModel(model, { classes, scaling, weights: chosen })
}

function classOf(label: string, main: TrainableModel, specialist: TrainableModel): number {
  const k = main.classes.indexOf(label)
  if (k >= 0) return k
  throw new InklingError(`${specialist.name} knows the class "${label}", which ${main.name} does not`, {
    exitCode: 2,
    hint: `${main.name} knows ${main.classes.slice(0, 40).join(', ')}.`,
  })
}

function sameScaling(a: InputScaling, b: InputScaling): boolean {
  const text = ({ scale, shift, clip }: InputScaling) => JSON.stringify([scale, shift, clip ?? false])
  return text(a) === text(b)
}

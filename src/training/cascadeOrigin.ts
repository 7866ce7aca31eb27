import type { Shape } from '../engine/graph.ts'
import { InklingError } from '../errors.ts'
import { CascadeModel, type CascadeRule } from '../nn/cascade.ts'
import type { Model } from '../nn/model.ts'
import { findModel, type OptionValue, zoo } from '../zoo/index.ts'

/** Key under which a cascade's description stands in a weights file. */
export const CASCADE_ORIGIN = 'cascade'

/** A model of the zoo, as it can be built again. */
interface Part {
  model: string
  inputShape: Shape
  classes: number
  options: Readonly<Record<string, OptionValue>>
}

interface Description {
  rule: CascadeRule
  main: Part
  specialists: (Part & { group: number[] })[]
}

/** What the weights file of a cascade says of its parts; undefined where one is none of the zoo, and is described in code. */
export function cascadeOrigin(
  rule: CascadeRule,
  main: Model,
  specialists: readonly { classes: readonly number[]; model: Model }[],
): Readonly<Record<string, string>> | undefined {
  if (![main, ...specialists.map(s => s.model)].every(isOfZoo)) return undefined
  const groups = specialists.map(({ classes, model }) => ({ ...partOf(model), group: [...classes] }))
  const description: Description = { rule, main: partOf(main), specialists: groups }
  return { [CASCADE_ORIGIN]: JSON.stringify(description) }
}

/** The cascade that {@link cascadeOrigin} wrote about; its weights come from elsewhere. */
export function describeCascade(texts: Readonly<Record<string, string>>, where: string): CascadeModel {
  try {
    const { rule, main, specialists } = JSON.parse(texts[CASCADE_ORIGIN]) as Description
    return new CascadeModel({
      main: built(main),
      specialists: specialists.map(({ group, ...part }) => ({ classes: group, model: built(part) })),
      rule,
      name: texts.model,
      origin: { [CASCADE_ORIGIN]: texts[CASCADE_ORIGIN] },
    })
  } catch (cause) {
    throw new InklingError(`${where}: its entry "${CASCADE_ORIGIN}" makes no sense`, { cause })
  }
}

const partOf = (model: Model): Part => ({
  model: model.name,
  inputShape: [...model.inputShape],
  classes: model.outputShape[0],
  options: { ...model.settings },
})

const built = ({ model, inputShape, classes, options }: Part) =>
  findModel(model).build({ inputShape, classes, set: options })

/** Whether the zoo makes the same parameters under the model's name. */
function isOfZoo(model: Model): boolean {
  if (!zoo.some(entry => entry.id === model.name)) return false
  const parameters = (of: Model) => JSON.stringify(of.parameters().map(({ name, shape }) => [name, shape]))
  return parameters(built(partOf(model))) === parameters(model)
}

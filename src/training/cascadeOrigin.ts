import { InklingError } from '../errors.ts'
import { CascadeModel, type CascadeRule } from '../nn/cascade.ts'
import type { Model, ZooBuild } from '../nn/model.ts'
import { findModel } from '../zoo/index.ts'

/** Key under which a cascade's description stands in a weights file. */
export const CASCADE_ORIGIN = 'cascade'

interface Description {
  rule: CascadeRule
  main: ZooBuild
  specialists: { group: readonly number[]; model: ZooBuild }[]
}

/** What the weights file of a cascade says of its parts; undefined where one is none of the zoo, and is described in code. */
export function cascadeOrigin(
  rule: CascadeRule,
  main: Model,
  specialists: readonly { classes: readonly number[]; model: Model }[],
): Readonly<Record<string, string>> | undefined {
  const groups = specialists.flatMap(({ classes, model }) =>
    model.built ? [{ group: classes, model: model.built }] : [],
  )
  if (!main.built || groups.length < specialists.length) return undefined
  const description: Description = { rule, main: main.built, specialists: groups }
  return { [CASCADE_ORIGIN]: JSON.stringify(description) }
}

/** The cascade that {@link cascadeOrigin} wrote about; its weights come from elsewhere. */
export function describeCascade(texts: Readonly<Record<string, string>>, where: string): CascadeModel {
  try {
    const { rule, main, specialists } = JSON.parse(texts[CASCADE_ORIGIN]) as Description
    return new CascadeModel({
      main: build(main),
      specialists: specialists.map(({ group, model }) => ({ classes: group, model: build(model) })),
      rule,
      name: texts.model,
      origin: { [CASCADE_ORIGIN]: texts[CASCADE_ORIGIN] },
    })
  } catch (cause) {
    throw new InklingError(`${where}: its entry "${CASCADE_ORIGIN}" makes no sense`, { cause })
  }
}

const build = ({ id, ...options }: ZooBuild): Model => findModel(id).build(options)

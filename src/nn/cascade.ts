import type { Tensor } from '../engine/graph.ts'
import { add, atLeast, log, logSoftmax, matmul, max, mean, multiply, subtract } from '../engine/ops/index.ts'
import { InklingError } from '../errors.ts'
import type { Builder } from './context.ts'
import { constant } from './initializers.ts'
import { input, type Layer, layer, type SymbolicTensor } from './layer.ts'
import { Model } from './model.ts'

/** A network that knows some classes better than the main one. */
export interface SpecialistSettings {
  /** Its classes: numbers among those of the main network, in the order of its own outputs. */
  classes: readonly number[]
  model: Model
}

/**
 * When a specialist is asked: `top`, where the main network's answer is one of its classes; `mass`, where the
 * probabilities of its classes together reach a threshold, which is a parameter of the model.
 */
export type CascadeRule = 'top' | 'mass'

/** A main network, its specialists and the rule that calls them. */
export interface CascadeSettings {
  main: Model
  specialists: readonly SpecialistSettings[]
  /** Default 'mass'. */
  rule?: CascadeRule
  name?: string
  /** What the files of its weights say, so that it can be described again. */
  origin?: Readonly<Record<string, string>>
}

/** A threshold that no probability reaches: the specialist is never asked. */
export const NEVER = 2
const FIRST_THRESHOLD = 0.5

/**
 * A main network with specialists for groups of classes that it confuses, as one model. Where a specialist is asked, the
 * main network says how likely the group is and the specialist shares that among the group's classes:
 * p(class) = p(group) * p(class | group).
 *
 * Training asks all specialists always: the loss is that of the joint answer (the specialist learns from the examples of its
 * classes alone, its gradients from others are 0), and that of the main network's own.
 */
export class CascadeModel extends Model {
  readonly rule: CascadeRule
  /** The main network alone; its parameters are called as in the cascade. */
  readonly main: Model
  /** The specialists alone, and the parameter [1] that holds the threshold of each. */
  readonly specialists: readonly { classes: readonly number[]; model: Model; threshold: string }[]

  constructor(settings: CascadeSettings) {
    const { main, specialists, rule = 'mass', name = 'cascade', origin } = settings
    check(settings)
    const x = input(main.inputShape)
    const mainLogits = part(MAIN_PART, main)(x)
    const logits = specialists.map(({ model }, i) => part(specialistPart(i), model)(x))
    const [classes] = main.outputShape
    const joint = combine(
      specialists.map(s => s.classes),
      classes,
      rule,
    )(mainLogits, ...logits)
    super([x], joint, { name, auxiliary: [{ output: mainLogits, weight: 1 }], origin })
    this.rule = rule
    const alone = (output: SymbolicTensor, of: Model) => new Model([x], output, { name: of.name })
    this.main = alone(mainLogits, main)
    this.specialists = specialists.map(({ classes, model }, i) => ({
      classes: [...classes],
      model: alone(logits[i], model),
      threshold: `gate/${thresholdName(i)}`,
    }))
  }
}

/** What stands before the names of the parts' parameters. */
export const MAIN_PART = 'main'
export const specialistPart = (i: number) => `specialist_${i + 1}`

const thresholdName = (i: number) => `threshold_${i + 1}`

function check({ main, specialists }: CascadeSettings): void {
  const [count] = main.outputShape
  const taken = new Map<number, number>()
  if (specialists.length === 0)
    throw new InklingError('a cascade needs a specialist for one group of classes at least', { exitCode: 2 })
  for (const model of [main, ...specialists.map(s => s.model)])
    if (model.outputActivation !== 'softmax' || model.outputShape.length !== 1)
      throw new InklingError(`a cascade is made of models that end in softmax, ${model.name} does not`, { exitCode: 2 })
  for (const [i, { classes, model }] of specialists.entries()) {
    const group = `[${classes.join(', ')}]`
    if (classes.length < 2 || model.outputShape[0] !== classes.length)
      throw new InklingError(
        `specialist ${i + 1} gives ${model.outputShape[0]} classes for the group ${group}; a group has two at least`,
        { exitCode: 2 },
      )
    if (model.inputShape.join() !== main.inputShape.join())
      throw new InklingError(`specialist ${i + 1} reads [${model.inputShape}], the main network [${main.inputShape}]`, {
        exitCode: 2,
      })
    for (const k of classes) {
      if (!(Number.isInteger(k) && k >= 0 && k < count))
        throw new InklingError(`group ${group}: there is no class ${k} among ${count}`, { exitCode: 2 })
      if (taken.has(k))
        throw new InklingError(`class ${k} is in two groups: a class has one specialist at most`, { exitCode: 2 })
      taken.set(k, i)
    }
  }
}

/** A model as a layer that gives its logits, also where it is asked for its output. */
function part(name: string, model: Model): Layer {
  const logits = (x: Tensor, ctx: unknown) => model.build(ctx as Builder, x)
  return layer(name === MAIN_PART ? 'Main' : 'Specialist', logits, {
    name,
    output: { activation: model.outputActivation, logits },
  })
}

/** Joins the logits of main network and specialists to the logits of the joint answer. */
function combine(groups: readonly (readonly number[])[], classes: number, rule: CascadeRule): Layer {
  const logits: Layer['build'] = (z, ctx, specialists) =>
    groups.reduce((joint, group, i) => {
      const { graph } = ctx
      const threshold = ctx.parameter(thresholdName(i), [1], constant(FIRST_THRESHOLD), {
        trainable: false,
        kind: 'statistic',
      })
      // pick [classes, group] takes the group's columns of z; its transpose puts them back.
      const pick = new Float32Array(classes * group.length)
      const mask = new Float32Array(classes)
      for (const [j, k] of group.entries()) {
        pick[k * group.length + j] = 1
        mask[k] = 1
      }
      const picked = graph.constant(pick, [classes, group.length])
      const own = matmul(z, picked) // [batch, group]
      const mass = logSumExp(own) // log of the group's share, but for the sum over all classes
      const shared = add(logSoftmax(specialists[i]), mass)
      const change = matmul(subtract(shared, own), picked, false, true) // [batch, classes], 0 outside the group
      if (ctx.training) return add(joint, change)
      const asked =
        rule === 'top'
          ? atLeast(max(own, [-1], true), max(z, [-1], true))
          : atLeast(subtract(mass, logSumExp(z)), log(threshold))
      return add(joint, multiply(change, asked))
    }, z)
  return layer('Gate', logits, { name: 'gate', output: { activation: 'softmax', logits } })
}

/** [batch, n] -> [batch, 1]: z - logSoftmax(z) is the same for every column. */
function logSumExp(z: Tensor): Tensor {
  return mean(subtract(z, logSoftmax(z)), [-1], true)
}

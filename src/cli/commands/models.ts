import type { Command } from 'commander'
import { InklingError } from '../../errors.ts'
import type { ZooEntry } from '../../zoo/entry.ts'
import { count, shape } from '../format.ts'
import { addShared, type SharedOptions, setting } from '../options.ts'
import { createOutput, type Output } from '../output.ts'
import { list, table } from '../table.ts'

export function define(command: Command): void {
  command.argument('[name]', 'a model, to see its layers')
  command.option('--set <name=value>', 'show it with this option; more with more --set', setting)
  addShared(command, 'json').action(models)
  command.addHelpText(
    'after',
    '\nExamples:\n  inkling models\n  inkling models kaggle-cnn\n  inkling models lenet5 --json\n  inkling models mnist-bpnn --set width=100',
  )
}

async function models(
  name: string | undefined,
  options: SharedOptions & { set?: Record<string, string> },
): Promise<void> {
  const output = createOutput(options.json === true)
  const { findModel, zoo } = await import('../../zoo/index.ts')
  if (name === undefined && options.set) throw new InklingError('--set is for one model: name it', { exitCode: 2 })
  if (name === undefined) all(zoo, output)
  else one(findModel(name), output, options.set)
}

function all(zoo: readonly ZooEntry[], output: Output): void {
  output.result({
    models: zoo.map(entry => ({
      ...{ name: entry.id, title: entry.title, source: entry.source },
      ...{ inputShape: entry.inputShape, classes: entry.classes, parameters: entry.parameters },
      recipes: Object.keys(entry.recipes),
    })),
  })
  output.say(
    table(
      ['name', 'parameters', 'input', 'classes', 'recipes', 'what'],
      zoo.map(entry => [
        entry.id,
        count(entry.parameters.total),
        shape(entry.inputShape),
        String(entry.classes),
        Object.keys(entry.recipes).join(', '),
        entry.title,
      ]),
    ),
  )
  output.say('\nA model layer by layer: inkling models <name>')
}

function one(entry: ZooEntry, output: Output, set?: Record<string, string>): void {
  const { name, parameters, layers } = entry.build({ set }).summary()
  const options = Object.entries(entry.options).map(([option, { default: usual, what, expects }]) => ({
    ...{ name: option, default: usual, what, expects },
  }))
  const recipes = Object.values(entry.recipes)
  output.result({ name, title: entry.title, source: entry.source, parameters, layers, options, recipes })
  if (output.json) return
  output.say(
    `${list([
      ['name', name],
      ['what', entry.title],
      ['source', entry.source],
      ['input', shape(entry.inputShape)],
      ['parameters', `${count(parameters.total)}, ${count(parameters.trainable)} of them trainable`],
      ...options.map(o => ['option', `${o.name}=${o.default}: ${o.what}; ${o.expects}`] as const),
      ...recipes.map(recipe => ['recipe', `${recipe.id}: ${recipe.source}`] as const),
    ])}\n`,
  )
  output.say(
    table(
      ['layer', 'type', 'output', 'parameters'],
      [
        ...layers.map(layer => [layer.name, layer.type, shape(layer.outputShape), count(layer.parameters)]),
        ['all', '', '', count(parameters.total)],
      ],
    ),
  )
}

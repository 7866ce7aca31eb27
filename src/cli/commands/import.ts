import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { fileError } from '../../data/files.ts'
import { decodeText } from '../../data/formats/text.ts'
import { InklingError } from '../../errors.ts'
import type { ImportedConfig } from '../../training/importedRun.ts'
import { count, shape } from '../format.ts'
import { addShared, type SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { list } from '../table.ts'
import { version } from '../version.ts'

interface ImportCommandOptions extends SharedOptions {
  out?: string
  model?: string
  map?: string
  layout?: 'inkling' | 'pytorch'
  inputShape?: number[]
  channels?: 'first' | 'last'
  output?: string
  classes?: string
  mean?: number[]
  std?: number[]
  fit?: Fit
}
type Fit = NonNullable<ImportedConfig['pictures']>['fit'] | 'digit'

export function define(command: Command): void {
  command
    .argument('<file>', 'an ONNX file, or a safetensors file with the weights of a model of `inkling models`')
    .option('--out <dir>', 'folder of the run (default: runs/<date>-<model>-<n>)')
    .option('--classes <names>', 'names of the classes: cat,dog or a text file with one a line; or their number')
    .option('--input-shape <sizes>', 'of one example, such as 28,28,1: height, width, channels', sizes)
    .option(
      '--mean <numbers>',
      'what was taken off pictures of 0..1 in its training, one number or one a channel',
      reals,
    )
    .option('--std <numbers>', 'what they were divided by after that', reals)
    .addOption(
      new Option(
        '--fit <rule>',
        'how pictures are made to fit (default: digit for [28, 28, 1], ink cropped and centred; else crop)',
      ).choices(['digit', 'crop', 'letterbox', 'stretch']),
    )
    .option('--model <name>', 'safetensors: the model whose weights they are')
    .option('--map <list>', 'safetensors: names in the file = names here, fc1=dense_1,fc2=dense_2, or a .json of them')
    .addOption(
      new Option('--layout <layout>', 'safetensors: who wrote it (default: what it says, else pytorch)').choices([
        'pytorch',
        'inkling',
      ]),
    )
    .addOption(
      new Option(
        '--channels <where>',
        'ONNX: where the channels of its pictures stand (default: by the sizes)',
      ).choices(['first', 'last']),
    )
    .option('--output <name>', 'ONNX: the output to take (default: probabilities, else the first)')
  addShared(command, 'json').action(importFile)
  command.addHelpText(
    'after',
    `
The run can be used as one that was trained here: predict, evaluate, export, train --from. From PyTorch come ONNX files
(torch.onnx.export) and safetensors (safetensors.torch.save_file(model.state_dict(), ...)), whose layout is turned round.

Examples:
  inkling import digits.onnx --out runs/digits
  inkling import photos.onnx --classes cat,dog --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225
  inkling import lenet.safetensors --model lenet5 --map fc1=dense_1`,
  )
}

async function importFile(file: string, options: ImportCommandOptions): Promise<void> {
  const { model: name, layout, inputShape, channels, output: port, mean, std } = options
  const output = createOutput(options.json === true)
  const bytes = await readFile(file).catch(error => {
    throw fileError(error, file)
  })
  const { importModel } = await import('../../exchange/importModel.ts')
  const { writeImportedRun } = await import('../../training/importedRun.ts')
  const { model, format, matches } = await importModel(bytes, {
    ...{ model: name, layout, inputShape, channels, output: port, mean, deviation: std },
    map: options.map === undefined ? undefined : await readMap(options.map),
    classes: options.classes === undefined ? undefined : await readClasses(options.classes),
    name: basename(file).replace(/\.onnx$/i, ''),
    where: file,
  })
  const pictures = pictureForm(model.inputShape, options.fit)
  const run = await writeImportedRun(model, { file, bytes, format, pictures, version: version() }, options.out)
  const { parameters } = model.summary()
  output.result({
    ...{ run, model: model.name, format, file, inputShape: model.inputShape, classes: model.classes },
    ...{ parameters: parameters.total, matches },
  })
  if (output.json) return
  const renamed = (matches ?? []).filter(({ layer, from }) => layer.replaceAll('/', '.') !== from)
  output.say(
    list([
      ['run', run],
      ['model', `${model.name}, ${count(parameters.total)} parameters, from ${basename(file)}`],
      ['input', shape(model.inputShape)],
      ['classes', someOf(model.classes)],
      ...(renamed.length > 0
        ? [['names', someOf(renamed.map(({ layer, from }) => `${from} = ${layer}`))] as const]
        : []),
    ]),
  )
  const predict = pictures || isDigit(model.inputShape) ? `inkling predict my-picture.png --run ${run}\n      ` : ''
  output.say(`\nNext: ${predict}inkling evaluate ${run} --data PATH`)
}

const someOf = (names: readonly string[]) => `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', ...' : ''}`

/** Whether examples have the form of MNIST's. */
const isDigit = (shape: readonly number[]) => shape.join() === '28,28,1'

/** How pictures become examples; undefined for those of MNIST's form and for what are no pictures. */
function pictureForm([height, width, channels, ...more]: readonly number[], fit?: Fit): ImportedConfig['pictures'] {
  const isPicture = more.length === 0 && (channels === 1 || channels === 3)
  const digit = isDigit([height, width, channels, ...more])
  if (fit === 'digit' ? !digit : fit && !isPicture)
    throw new InklingError(
      `--fit ${fit} is not for examples of [${[height, width, channels].filter(Boolean).join(', ')}]`,
      {
        exitCode: 2,
      },
    )
  if (!isPicture || fit === 'digit' || (digit && !fit)) return undefined
  return { size: [height, width], channels, fit: fit ?? 'crop' }
}

/** `a=b,c=d`, or the path of a JSON file { "a": "b" }. */
async function readMap(text: string): Promise<Record<string, string>> {
  if (/\.json$/i.test(text)) {
    const map: unknown = parseJson(await readText(text), text)
    const isMap = typeof map === 'object' && map !== null && !Array.isArray(map)
    if (isMap && Object.values(map).every(to => typeof to === 'string')) return map as Record<string, string>
    throw new InklingError(`${text} is no map of names: expected { "name in the file": "name here", ... }`, {
      exitCode: 2,
    })
  }
  const map: Record<string, string> = {}
  for (const pair of text.split(',')) {
    const [from, to, ...rest] = pair.split('=').map(part => part.trim())
    if (!from || !to || rest.length > 0)
      throw new InklingError(`--map has "${pair}"; expected pairs such as fc1=dense_1, or a .json file`, {
        exitCode: 2,
      })
    if (Object.hasOwn(map, from)) throw new InklingError(`--map names "${from}" twice`, { exitCode: 2 })
    map[from] = to
  }
  return map
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InklingError(`${path} is no JSON: ${(cause as Error).message}`, { exitCode: 2, cause })
  }
}

async function readText(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path), path)
  } catch (error) {
    throw fileError(error, path)
  }
}

/** Names, a text file of them (a line each), or their number. */
async function readClasses(text: string): Promise<string[] | number> {
  if (/^\d+$/.test(text)) return Number(text)
  const list = /\.txt$/i.test(text) ? (await readText(text)).split(/\r?\n/) : text.split(',')
  return list.map(name => name.trim()).filter(name => name !== '')
}

function sizes(text: string): number[] {
  const list = text.split(/[,x]/).map(part => Number(part.trim() || Number.NaN))
  if (list.length > 0 && list.every(d => Number.isInteger(d) && d > 0 && d < 2 ** 20)) return list
  throw new InvalidArgumentError('Expected whole numbers such as 28,28,1.')
}

function reals(text: string): number[] {
  const list = text.split(',').map(part => Number(part.trim() || Number.NaN))
  if (list.length > 0 && list.every(Number.isFinite)) return list
  throw new InvalidArgumentError('Expected numbers such as 0.5 or 0.485,0.456,0.406.')
}

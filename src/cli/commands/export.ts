import { type Command, Option } from 'commander'
import { columnScaling } from '../../data/table/columns.ts'
import { sizeOf as valuesIn } from '../../engine/graph.ts'
import { InklingError } from '../../errors.ts'
import type { ExportSource, Verification } from '../../exchange/index.ts'
import { createRandom } from '../../random.ts'
import type { RunConfig } from '../../training/runConfig.ts'
import type { TrainableModel } from '../../training/trainable.ts'
import { startBackend } from '../backend.ts'
import { bytes as sizeOf } from '../format.ts'
import { addShared, type SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun, madeAs } from '../runs.ts'

interface ExportOptions extends SharedOptions {
  format: 'onnx' | 'safetensors'
  layout?: 'inkling' | 'pytorch'
  out: string
}

/** Examples that an exported file is checked on. */
const CHECKED = 16

export function define(command: Command): void {
  command
    .argument('[run]', 'a run, or a weights.safetensors (default: the newest run in ./runs)')
    .addOption(new Option('--format <format>', 'what to write').choices(['onnx', 'safetensors']).default('onnx'))
    .addOption(
      new Option('--layout <layout>', 'names and order of safetensors (default: inkling)').choices([
        'inkling',
        'pytorch',
      ]),
    )
    .requiredOption('--out <file>', 'the file to write')
  addShared(command, 'json').action(exportRun)
  command.addHelpText(
    'after',
    `
An ONNX file takes pictures as "image" [N, height, width, channels] in 0..1 (other examples as "input"), in batches of any
size, and gives "probabilities" and "logits". It is read back and compared with the model before it is written. Signals
and tables come as they are: the standardisation is in the file. What the inputs of a table are stands in its metadata.

Examples:
  inkling export runs/<id> --out digits.onnx
  inkling export runs/<id> --format safetensors --layout pytorch --out digits.safetensors`,
  )
}

async function exportRun(named: string | undefined, { format, layout, out, json }: ExportOptions): Promise<void> {
  if (layout !== undefined && format !== 'safetensors')
    throw new InklingError('--layout is for --format safetensors', { exitCode: 2 })
  const output = createOutput(json === true)
  const run = chooseRun(named, output, false)
  const { loadModel } = await import('../../training/trainable.ts')
  const model = await loadModel(run)
  const exchange = await import('../../exchange/index.ts')
  const source = { ...sourceOf(model), ...tableSource(madeAs(run)) }
  const bytes = format === 'onnx' ? exchange.exportOnnx(source) : exchange.exportSafetensors(model, { layout })
  let check: Verification | undefined
  if (format === 'onnx') {
    const backend = await startBackend(0)
    check = await exchange.verifyOnnx(bytes, source, { backend, inputs: likelyInputs(source) })
    await backend.close()
  }
  const { writeFileAtomic } = await import('../../training/files.ts')
  await writeFileAtomic(out, bytes, { what: 'the export' })
  output.result({ run, model: model.name, format, file: out, bytes: bytes.length, check })
  output.say(`${out}: ${model.name} as ${format}, ${sizeOf(bytes.length)}`)
  if (check)
    output.say(
      `checked on ${check.examples} random examples: probabilities differ by at most ${check.probabilities.toExponential(1)}`,
    )
}

const sourceOf = ({ model, weights, classes, scaling }: TrainableModel): ExportSource => ({
  ...{ model, weights, classes, scaling },
})

/** Of a run on a table: its standardisation, and the columns in the file's metadata. */
function tableSource(data: RunConfig['data'] | undefined): Partial<ExportSource> {
  if (!data?.columns) return {}
  return { scaling: columnScaling(data.columns), metadata: { columns: JSON.stringify(data.columns) } }
}

/** Values that are standard once they are in: far from them a check says little. Pictures are random anyway. */
function likelyInputs({ model, scaling: { scale, shift = [0] } = {} }: ExportSource): Float32Array | undefined {
  if (!scale || model.inputShape.length === 3) return undefined
  const random = createRandom(0)
  return Float32Array.from({ length: CHECKED * valuesIn(model.inputShape) }, (_, i) => {
    return (random.normal() - shift[i % shift.length]) / scale[i % scale.length]
  })
}

import { type Command, Option } from 'commander'
import { InklingError } from '../../errors.ts'
import type { Verification } from '../../exchange/index.ts'
import { startBackend } from '../backend.ts'
import { bytes as sizeOf } from '../format.ts'
import { addShared, type SharedOptions } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun } from '../runs.ts'

interface ExportOptions extends SharedOptions {
  format: 'onnx' | 'safetensors'
  layout?: 'inkling' | 'pytorch'
  out: string
}

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
size, and gives "probabilities" and "logits". It is read back and compared with the model before it is written.

Examples:
  inkling export runs/<id> --out digits.onnx
  inkling export runs/<id> --format safetensors --layout pytorch --out digits.safetensors`,
  )
}

async function exportRun(named: string | undefined, { format, layout, out, json }: ExportOptions): Promise<void> {
  if (layout !== undefined && format !== 'safetensors')
    throw new InklingError('--layout is for --format safetensors', { exitCode: 2 })
  const output = createOutput(json === true)
  const run = chooseRun(named, output)
  const { loadModel } = await import('../../training/trainable.ts')
  const model = await loadModel(run)
  const exchange = await import('../../exchange/index.ts')
  const bytes = format === 'onnx' ? exchange.exportOnnx(model) : exchange.exportSafetensors(model, { layout })
  let check: Verification | undefined
  if (format === 'onnx') {
    const backend = await startBackend(0)
    check = await exchange.verifyOnnx(bytes, model, { backend })
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

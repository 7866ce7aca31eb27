import type { Backend } from '../../engine/backend.ts'
import { sizeOf } from '../../engine/graph.ts'
import { InklingError } from '../../errors.ts'
import { evaluationStep } from '../../nn/evaluationStep.ts'
import { createRandom } from '../../random.ts'
import { defaultBackend } from '../../training/defaultBackend.ts'
import { writeWeights } from '../../training/state.ts'
import { type ExportSource, exportedInput, exportedInputs, type OnnxExportOptions } from './export.ts'
import { loadOnnx } from './model.ts'

/** Settings of {@link verifyOnnx}. */
export interface VerifyOptions extends OnnxExportOptions {
  /** Values of examples one behind the other, as the file takes them. Default: random ones. */
  inputs?: Float32Array
  /** How many random examples. Default 16. */
  examples?: number
  seed?: number
  /** Default: `defaultBackend()`. */
  backend?: Backend
}

/** How far an ONNX file and its model are apart. */
export interface Verification {
  examples: number
  /** Largest difference of a probability, and of a logit. */
  probabilities: number
  logits: number
  /** Examples for which both name the same class. */
  sameAnswers: number
}

/** What the outputs may differ by; logits by that share of their size. */
export const VERIFY_TOLERANCE = 1e-4

/**
 * Reads an exported file back and runs it beside the model on the same examples.
 *
 * @throws InklingError when they differ by more than rounding does
 */
export async function verifyOnnx(
  bytes: Uint8Array,
  source: ExportSource,
  { inputs, examples = 16, seed = 0, backend, ...options }: VerifyOptions = {},
): Promise<Verification> {
  const { model, weights } = source
  const stride = sizeOf(model.inputShape)
  const random = createRandom(seed)
  const values = inputs ?? Float32Array.from({ length: examples * stride }, () => random.next())
  const count = values.length / stride
  if (!Number.isInteger(count) || count === 0)
    throw new InklingError(`the check got ${values.length} values; model ${model.name} reads ${stride} an example`)
  const engine = backend ?? (await defaultBackend())
  const session = engine.createSession()
  const imported = await loadOnnx(bytes, { backend: engine, where: 'the exported file' })
  try {
    const { graph, outputs } = evaluationStep(model, { batch: count, input: exportedInput(source, options) })
    const own = await session.compile(graph, outputs)
    writeWeights(session, model, weights)
    const fed = exportedInputs(source, options).map((input, i) => {
      const shape = [count, ...input.shape]
      const drawn = () =>
        Float32Array.from({ length: sizeOf(shape) }, () => (input.dtype === 'i32' ? 1 : random.next()))
      return { ...input, shape, data: i === 0 ? values : drawn() }
    })
    const expected = await own.run(Object.fromEntries(fed.map(input => [input.own, input.data])))
    const found = await imported.run(Object.fromEntries(fed.map(({ name, shape, data }) => [name, { shape, data }])))
    const verification = {
      examples: count,
      probabilities: largestDifference(expected.probabilities, found.probabilities.data),
      logits: largestDifference(expected.logits, found.logits.data),
      sameAnswers: sameAnswers(expected.logits, found.logits.data, count),
    }
    const size = Array.from(expected.logits).reduce((most, v) => Math.max(most, Math.abs(v)), 1)
    if (!(verification.probabilities < VERIFY_TOLERANCE && verification.logits < VERIFY_TOLERANCE * size))
      throw new InklingError(
        `the ONNX file of ${model.name} differs from the model: probabilities by ${verification.probabilities}, logits by ${verification.logits}`,
        { hint: 'This is a mistake in Inkling or in a layer of your own: the file is not to be used.' },
      )
    return verification
  } finally {
    await Promise.all([session.close(), imported.close()])
  }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.NaN
  // A NaN on one side is kept, and fails the check.
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i])
    if (!(difference <= most) && !Number.isNaN(most)) most = difference
  }
  return most
}

function sameAnswers(a: ArrayLike<number>, b: ArrayLike<number>, count: number): number {
  const classes = a.length / count
  const best = (values: ArrayLike<number>, row: number) => {
    let top = 0
    for (let k = 1; k < classes; k++) if (values[row * classes + k] > values[row * classes + top]) top = k
    return top
  }
  let same = 0
  for (let row = 0; row < count; row++) if (best(a, row) === best(b, row)) same++
  return same
}

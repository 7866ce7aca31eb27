import type { Executable, Feeds } from '../engine/backend.ts'
import { InklingError } from '../errors.ts'
import type { FitResult } from './fitResult.ts'

/** A training met a NaN or an infinity. */
export class NonFiniteError extends InklingError {
  /** What there was before: the last good weights among it. */
  result: FitResult | undefined
  /** The data hold a NaN or an infinity: no fault of the weights. */
  blamesData = false
}

/** Where a training broke. */
export interface BrokenBatch {
  epoch: number
  /** From 1. */
  batch: number
  batches: number
  learningRate: number
}

/**
 * Runs the batch that gave a NaN or an infinity once more, command by command, and gives the error that names the
 * layer. The step's `stopped` flag must still be set, so that this run changes nothing.
 */
export async function nonFiniteError(
  step: Executable,
  feeds: Feeds,
  { epoch, batch, batches, learningRate }: BrokenBatch,
): Promise<NonFiniteError> {
  const found = await step.findNonFinite(feeds)
  const where = `epoch ${epoch}, batch ${batch} of ${batches}`
  if (found && (found.op === 'input' || found.scope === 'input')) {
    const error = new NonFiniteError(`the data holds a NaN or an infinity: ${where}; training stopped`, {
      hint: 'Clean the data: every feature must be a finite number.',
    })
    error.blamesData = true
    return error
  }
  const [layer, gradient] = splitScope(found?.scope ?? '')
  const what =
    !layer || layer === 'loss' ? 'the loss' : gradient ? `the gradient of layer "${layer}"` : `layer "${layer}"`
  return new NonFiniteError(`${what} became NaN or infinite in ${where}; training stopped with the last good weights`, {
    hint: `Lower the learning rate (now ${Number(learningRate.toPrecision(3))}), or clip gradients (clipNorm).`,
  })
}

/** A node's scope as the layer's name and whether it belongs to its gradient. */
function splitScope(scope: string): [layer: string, gradient: boolean] {
  const parts = scope.split('/').filter(Boolean)
  const at = parts.indexOf('gradient')
  return [(at < 0 ? parts : parts.slice(0, at)).join('/'), at >= 0]
}

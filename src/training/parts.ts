import { InklingError } from '../errors.ts'

/** How a batch too large for the memory is cut into parts whose gradients are added up. */

/** Checks that every one of `parts` parts can get an example of a batch. @throws InklingError with exit code 2 */
export function checkParts(parts: number, batch: number): void {
  if (Number.isInteger(parts) && parts >= 1 && parts <= batch) return
  throw new InklingError(`accumulate must be a whole number from 1 to the batch's ${batch}, got ${parts}`, {
    exitCode: 2,
    hint: 'It is the number of parts that a batch is computed in: each needs an example.',
  })
}

/** Examples in the largest part of a batch that is cut into so many parts. */
export const sizeOfPart = (batch: number, parts: number): number => Math.ceil(batch / parts)

/** Sizes of as few parts of at most `largest` examples as there must be, as even as they can be, the larger first. */
export function partSizes(examples: number, largest: number): number[] {
  const parts = Math.ceil(examples / largest)
  const least = Math.floor(examples / parts)
  return Array.from({ length: parts }, (_, i) => least + (i < examples % parts ? 1 : 0))
}

import { InklingError } from '../../errors.ts'

/** Refuses anything but a whole number above 0. */
export function positive(layer: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new InklingError(`${layer}: ${what} must be a whole number above 0, got ${value}`, { exitCode: 2 })
}

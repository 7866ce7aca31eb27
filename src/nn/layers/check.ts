import { InklingError } from '../../errors.ts'

/** Refuses anything but a whole number above 0. */
export function positive(layer: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new InklingError(`${layer}: ${what} must be a whole number above 0, got ${value}`, { exitCode: 2 })
}

/** Refuses anything but a number above 0. */
export function aboveZero(layer: string, what: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new InklingError(`${layer}: ${what} must be above 0, got ${value}`, { exitCode: 2 })
}

/** Refuses a number outside of `low` to `high`. */
export function between(layer: string, what: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high))
    throw new InklingError(`${layer}: ${what} must be from ${low} to ${high}, got ${value}`, { exitCode: 2 })
}

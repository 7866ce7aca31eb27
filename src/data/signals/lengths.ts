import { InklingError } from '../../errors.ts'
import { plural } from '../../words.ts'

/**
 * Samples of a length as people write it: `128` (samples), `2s`, `500ms`, or `50%` of `whole` where there is one.
 * @param option its name, for errors
 */
export function samplesOf(text: string, option: string, { rate, whole }: { rate?: number; whole?: number }): number {
  const found = /^(\d+\.?\d*|\.\d+)\s*(s|ms|%)?$/.exec(text.trim())
  const unit = found?.[2]
  if (!found || (unit === '%' && whole === undefined) || (unit === undefined && !/^\d+$/.test(found[1])))
    throw new InklingError(`${option} "${text}" is no length`, {
      exitCode: 2,
      hint: `Samples (128), seconds (2s) or milliseconds (500ms)${whole === undefined ? '' : ', or a share of the window (50%)'}.`,
    })
  if ((unit === 's' || unit === 'ms') && rate === undefined)
    throw new InklingError(`${option} ${text}: the files do not say how many samples a second has`, {
      exitCode: 2,
      hint: 'Say it with --sampled-at HZ, give a column "time" in seconds, or give the length in samples.',
    })
  const value = Number(found[1])
  const factor =
    unit === 's' ? rate : unit === 'ms' ? (rate as number) / 1000 : unit === '%' ? (whole as number) / 100 : 1
  const samples = Math.round(value * (factor as number))
  if (samples >= 1) return samples
  throw new InklingError(`${option} ${text} is less than one sample`, { exitCode: 2 })
}

/** `256 samples (2.56 s)`. */
export function lengthText(samples: number, rate: number | undefined): string {
  const text = plural(samples, 'sample')
  return rate === undefined ? text : `${text} (${secondsText(samples / rate)})`
}

/** `2.56 s`, `40 ms`. */
export function secondsText(seconds: number): string {
  return seconds < 0.1 ? `${round(seconds * 1000)} ms` : `${round(seconds)} s`
}

const round = (value: number) => Number(value.toPrecision(3))

import { plural as inWords } from '../words.ts'

const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 1630090 -> '1,630,090'. */
export function count(n: number): string {
  return integers.format(n)
}

/** 1, 'mistake' -> '1 mistake'; 88 -> '88 mistakes'. */
export function plural(n: number, noun: string): string {
  return inWords(n, noun, count)
}

/** 0.9912 -> '99.12 %', with a no-break space; null -> '–'. */
export function percent(share: number | null, digits = 2): string {
  return share === null || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(digits)}\u00a0%`
}

/** Decimals of a percentage that `n` examples can tell apart: 10,000 give 0.01 %. */
export function percentDigits(n: number): number {
  return Math.max(0, Math.min(2, Math.ceil(Math.log10(n)) - 2))
}

/** A number in four significant digits or so, without an exponent where people do not need one. */
export function decimal(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–'
  if (!Number.isFinite(value)) return 'not finite'
  if (value !== 0 && Math.abs(value) < 10 ** -digits) return value.toExponential(1)
  return value.toFixed(digits)
}

/** An area under a ROC curve: only a perfect one may read 1.0000. */
export function area(value: number | null): string {
  return value !== null && value < 1 && value >= 0.99995 ? '> 0.9999' : decimal(value)
}

/** 0.8 -> '0.8 s', 75 -> '1 min 15 s', 3700 -> '1 h 2 min'. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
}

/** Cuts a label that people chose to at most `limit` characters. */
export function shorten(label: string, limit = 14): string {
  const characters = [...label]
  return characters.length <= limit ? label : `${characters.slice(0, limit - 1).join('')}…`
}

/** What the examples of the judged part are called. */
export const judgedPart = ({ part = 'test' }: { part?: 'test' | 'validation' | 'train' }): string =>
  ({ test: 'test', validation: 'held-out', train: 'training' })[part]

/** Numbers as people read them. */

/** 1630090 -> '1,630,090'. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** 0.9912 -> '99.12 %'. */
export function percent(share: number, digits = 2): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : 'n/a'
}

/** 11490434 -> '11.5 MB'. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(value < 100 ? 1 : 0)} ${units[unit]}`
}

/** 4.2 -> '4.2 s', 95 -> '1:35', 4000 -> '1:06:40'. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?'
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const whole = Math.round(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** [28, 28, 1] -> '28 x 28 x 1'. */
export function shape(sizes: readonly number[]): string {
  return sizes.join(' x ')
}

/** A loss in columns: four decimals, 1.234e+28 when it went astray. */
export function loss(value: number): string {
  return Math.abs(value) < 1e6 ? value.toFixed(4) : value.toExponential(3)
}

/** A rate: four significant digits, no needless zeros. */
export function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value)
}

/** A measured number as it is shown: whole ones as they are, others in four digits, an area of 0.99997 not as 1. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value)
  const short = Number(value.toPrecision(4))
  return String(short === 1 ? Number(value.toPrecision(6)) : short)
}

/** A share as per cent. */
export const percentText = (share: number): string => `${(100 * share).toFixed(2)} %`

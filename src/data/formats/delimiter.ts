/** What parts the cells of a CSV text: comma, semicolon or tab, whichever its first line that is not empty has most of. */
export function delimiterOf(text: string): string {
  const line = /^.*\S.*$/m.exec(text)?.[0] ?? ''
  const count = (sign: string) => line.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

/** What parts the cells of a line: comma, semicolon or tab, whichever it has most of. */
export function delimiterOf(line: string): string {
  const count = (sign: string) => line.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

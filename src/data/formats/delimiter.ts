/** What parts the cells of a CSV text: comma, semicolon or tab, whichever its first line has most of. */
export function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/\r?\n|$/))
  const count = (sign: string) => line.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

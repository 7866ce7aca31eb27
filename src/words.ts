/** 1, 'row' -> '1 row'; 88 -> '88 rows'. `write` gives the number its form, such as 1,234. */
export function plural(n: number, noun: string, write: (n: number) => string = String): string {
  return `${write(n)} ${noun}${n === 1 ? '' : 's'}`
}

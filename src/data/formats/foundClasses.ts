import { InklingError } from '../../errors.ts'

/** The classes of a file of digits. */
export const DIGITS: readonly string[] = Array.from('0123456789')
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
/** Larger labels are no class ids. */
const MOST = 1000
/** In so many rows a class of one row is a slip of the pen; behind a gap it is one in any number. */
const MANY_ROWS = 100

/** The classes of a file whose labels are numbers only: known when all rows have been seen. */
export class FoundClasses {
  readonly most = MOST
  #rows: number[] = []
  /** Where the largest label came first. */
  #line = 0

  add(label: number, line: number): void {
    while (this.#rows.length <= label) {
      this.#rows.push(0)
      this.#line = line
    }
    this.#rows[label]++
  }

  /** Ten digits; 0..25 are letters, as in the well-known file of them; more or others are called by their numbers. */
  names(source: string): readonly string[] {
    const rows = this.#rows
    if (rows.length <= DIGITS.length) return DIGITS
    const largest = rows.length - 1
    const empty = rows.filter(n => n === 0).length
    const alone = rows[largest] === 1 && (rows[largest - 1] === 0 || rows.reduce((a, b) => a + b) >= MANY_ROWS)
    if (alone || empty > rows.length / 2) {
      const why = alone ? 'no other row has it' : `${empty} of the labels below it have no row`
      throw new InklingError(`${source}, line ${this.#line}: label ${largest} looks like a mistake: ${why}`, {
        hint: 'Labels are numbers from 0, one for each class.',
      })
    }
    return rows.length === LETTERS.length ? LETTERS : rows.map((_, label) => String(label))
  }
}

const LINE_FEED = 10
const NOTHING: Uint8Array = new Uint8Array(0)

/** Takes one line: `bytes[start..end)`, without its line feed. */
export type TakeLine = (bytes: Uint8Array, start: number, end: number) => void

/**
 * Cuts bytes that come piece by piece into lines; pieces may end anywhere and are not kept. Only the line that began in
 * the piece before is put together anew, so what is held is one line at most.
 */
export class LineCutter {
  #held = NOTHING
  #take: TakeLine

  constructor(take: TakeLine) {
    this.#take = take
  }

  /** The beginning of a line whose end has not come yet. */
  get held(): Uint8Array {
    return this.#held
  }

  push(piece: Uint8Array): void {
    let start = 0
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start)
      if (end < 0) break
      if (this.#held.length > 0) {
        const line = joined(this.#held, piece.subarray(start, end))
        this.#held = NOTHING
        this.#take(line, 0, line.length)
      } else this.#take(piece, start, end)
      start = end + 1
    }
    this.#held = joined(this.#held, piece.subarray(start))
  }

  /** Gives the last line, where no line feed ends it. */
  end(): void {
    if (this.#held.length > 0) this.#take(this.#held, 0, this.#held.length)
    this.#held = NOTHING
  }
}

/** A copy of two pieces, one behind the other. */
function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

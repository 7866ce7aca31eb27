const ALIGN = 64

/**
 * Addresses of what outlives a run: parameters, constants, command lists, staging slots, the scratch of the plans.
 * First fit over a list of free stretches; the memory behind it grows as needed.
 */
export class Arena {
  readonly #free: { start: number; end: number }[] = []
  readonly #taken = new Map<number, number>()
  #end: number
  readonly #reserve: (bytes: number) => void

  constructor(start: number, reserve: (bytes: number) => void) {
    this.#end = Math.ceil(start / ALIGN) * ALIGN
    this.#reserve = reserve
  }

  /** Address of `bytes` fresh bytes, a multiple of 64. Not cleared. */
  allocate(bytes: number): number {
    const size = Math.ceil(Math.max(bytes, 1) / ALIGN) * ALIGN
    const gap = this.#free.find(f => f.end - f.start >= size)
    let start: number
    if (gap) {
      start = gap.start
      gap.start += size
      if (gap.start === gap.end) this.#free.splice(this.#free.indexOf(gap), 1)
    } else {
      start = this.#end
      // The page beyond is there for kernels that read past a buffer's end.
      this.#reserve(start + size + ALIGN)
      this.#end = start + size
    }
    this.#taken.set(start, size)
    return start
  }

  free(start: number): void {
    const size = this.#taken.get(start)
    if (size === undefined) throw new Error(`nothing was allocated at ${start}`)
    this.#taken.delete(start)
    this.#free.push({ start, end: start + size })
    this.#free.sort((a, b) => a.start - b.start)
    for (let i = this.#free.length - 1; i > 0; i--)
      if (this.#free[i - 1].end === this.#free[i].start) {
        this.#free[i - 1].end = this.#free[i].end
        this.#free.splice(i, 1)
      }
    const last = this.#free.at(-1)
    if (last && last.end === this.#end) {
      this.#end = last.start
      this.#free.pop()
    }
  }
}

/** Where a command's words go: results on stdout, everything else on stderr; with `--json` one object on stdout. */
export interface Output {
  readonly json: boolean
  /** A result for people; nothing with `--json`. */
  say(text: string): void
  /** Progress, warnings: always on stderr. */
  note(text: string): void
  /** The result for programs, one line; nothing without `--json`. */
  result(value: unknown): void
}

export function createOutput(json: boolean): Output {
  return {
    json,
    say(text) {
      if (!json) process.stdout.write(`${text}\n`)
    },
    note(text) {
      process.stderr.write(`${text}\n`)
    },
    result(value) {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}

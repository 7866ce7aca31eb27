/** Ctrl-C: exit 130, after what the running command wants to save. */

/** A second Ctrl-C within this time is the same one, come by two ways (the terminal and the process that started us). */
const SAME_MS = 500

let handler: (() => void) | undefined
let firstAt: number | undefined
let code = 130

/** Makes Ctrl-C (and a polite kill) end the process with 130 (143), or run the handler of {@link onInterrupt} first. */
export function watchSignals(): void {
  process.on('SIGINT', () => interrupted(130))
  process.on('SIGTERM', () => interrupted(143))
}

/**
 * While a command runs: on the first Ctrl-C `stop` is called instead of ending at once; the command then saves and ends by
 * itself with 130. A second Ctrl-C ends at once. Returns the function that takes `stop` back.
 */
export function onInterrupt(stop: () => void): () => void {
  handler = stop
  firstAt = undefined
  return () => {
    if (handler === stop) handler = undefined
  }
}

/** The exit code of a command that Ctrl-C (or a polite kill) ended. */
export function interruptionCode(): number {
  return code
}

function interrupted(exitCode: number): void {
  code = exitCode
  const now = Date.now()
  if (handler === undefined) process.exit(exitCode)
  if (firstAt === undefined) {
    firstAt = now
    handler()
  } else if (now - firstAt > SAME_MS) {
    process.exit(exitCode)
  }
}

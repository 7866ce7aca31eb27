import { CommanderError } from 'commander'
import { InklingError } from '../errors.ts'
import { TrainingInterrupted } from '../training/interrupted.ts'
import { interruptionCode } from './interrupt.ts'

/** What a failed command says and how it ends. */
export interface Failure {
  exitCode: number
  /** At most two lines. */
  text: string
}

const usageHint = (command: string) => `See: ${command} --help`

/**
 * The words for an error: what happened, and how to mend it.
 * @param command what was called, e.g. 'inkling train', for the hint after wrong usage
 */
export function describeFailure(error: unknown, command: string): Failure {
  if (error instanceof CommanderError) return usageFailure(error, command)
  if (isInterruption(error)) {
    const { message, hint } = error instanceof InklingError ? error : { message: 'stopped', hint: undefined }
    return { exitCode: interruptionCode(), text: [message, hint].filter(Boolean).join('\n') }
  }
  if (error instanceof InklingError) {
    return { exitCode: error.exitCode, text: lines(error.message, error.hint) }
  }
  const known = systemFailure(error)
  if (known) return { exitCode: 1, text: lines(known) }
  const message = error instanceof Error ? error.message || error.name : String(error)
  return { exitCode: 1, text: lines(message, 'This was not expected; --debug shows where it happened.') }
}

/** Whether a command ended because Ctrl-C told it to. */
function isInterruption(error: unknown): boolean {
  return error instanceof TrainingInterrupted || (error as Error)?.name === 'AbortError'
}

/** The stack with all causes, for `--debug`. */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

function usageFailure(error: CommanderError, command: string): Failure {
  // Commander writes "error: unknown option '--epoch'\n(Did you mean --epochs?)".
  const message = error.message.replace(/^error: /, '').replace(/\s*\n\((Did you mean .*\?)\)$/s, '; $1')
  return { exitCode: 2, text: lines(message.replace('; Did', '; did'), usageHint(command)) }
}

function systemFailure(error: unknown): string | undefined {
  const { code, path, port } = (error ?? {}) as { code?: string; path?: string; port?: number }
  const what = path ?? 'a file'
  const meaning: Record<string, string> = {
    ENOENT: `${what} does not exist`,
    EACCES: `${what}: permission denied`,
    EPERM: `${what}: not permitted`,
    EISDIR: `${what} is a folder; a file was expected`,
    ENOTDIR: `${what} is not inside a folder: part of the path is a file`,
    EEXIST: `${what} exists already`,
    ENOSPC: `${what} cannot be written: the disk is full`,
    EROFS: `${what} cannot be written: the disk is read-only`,
    EADDRINUSE: `port ${port} is in use; choose another with --port`,
  }
  return code === undefined ? undefined : meaning[code]
}

function lines(message: string, hint?: string): string {
  const flat = (text: string) => text.replace(/\s*\n\s*/g, ' ').trim()
  return `error: ${flat(message)}${hint ? `\n${flat(hint)}` : ''}`
}

import type { Command } from 'commander'
import { addShared, type SharedOptions } from '../options.ts'
import { resumeRun } from './train.ts'

export function define(command: Command): void {
  command.argument('<run>', 'folder of the run')
  addShared(command, 'json', 'dataDir', 'threads').action((run: string, options: SharedOptions) =>
    resumeRun(run, options),
  )
  command.addHelpText('after', '\nExample:\n  inkling resume runs/<id>')
}

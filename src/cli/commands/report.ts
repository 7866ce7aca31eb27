import type { Command } from 'commander'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'
import { createOutput } from '../output.ts'
import { chooseRun } from '../runs.ts'
import { serveUntilInterrupted } from '../serving.ts'

export function define(command: Command): void {
  command
    .argument('[run]', 'folder of the run (default: the newest in ./runs)')
    .option('--port <n>', 'port to serve on (default: 4173 or the next free one)', wholeNumber(0, 65535))
  addShared(command).action(report)
  command.addHelpText('after', '\nExamples:\n  inkling report\n  inkling report runs/<id> --port 8080')
}

async function report(named: string | undefined, options: SharedOptions & { port?: number }): Promise<void> {
  const output = createOutput(false)
  await serveUntilInterrupted(chooseRun(named, output), options.port, output)
}

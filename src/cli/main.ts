import { Command, CommanderError } from 'commander'
import { InklingError, nearest } from '../errors.ts'
import { knowModelKinds } from '../exchange/modelKinds.ts'
import { describeFailure, stackOf } from './failure.ts'
import { watchSignals } from './interrupt.ts'
import { version } from './version.ts'

/** A file of `commands/`: adds its options, help and action to the command. */
interface CommandFile {
  define(command: Command): void
}

/** Every command, in the order of the help. A command's file is loaded only when it is called. */
const commands: readonly { name: string; summary: string; load: () => Promise<CommandFile> }[] = [
  {
    name: 'start',
    summary: 'the main job: train a digit reader, show how good it is, serve its report',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'train',
    summary: 'train a model on a data set',
    load: () => import('./commands/train.ts'),
  },
  {
    name: 'resume',
    summary: 'go on with a training that was stopped',
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'evaluate',
    summary: 'judge a run on labelled data',
    load: () => import('./commands/evaluate.ts'),
  },
  {
    name: 'predict',
    summary: 'read pictures, signals, folders of them or a CSV file',
    load: () => import('./commands/predict.ts'),
  },
  {
    name: 'report',
    summary: 'serve the report of a run',
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'export',
    summary: 'write the model of a run as ONNX or safetensors',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'sweep',
    summary: 'train a model with many settings side by side, and compare them',
    load: () => import('./commands/sweep.ts'),
  },
  {
    name: 'cluster',
    summary: 'group examples without their labels, and draw a map of them',
    load: () => import('./commands/cluster.ts'),
  },
  {
    name: 'knn',
    summary: 'judge k nearest neighbours on a data set',
    load: () => import('./commands/knn.ts'),
  },
  {
    name: 'reproduce',
    summary: 'measure what the papers published, and compare',
    load: () => import('./commands/reproduce.ts'),
  },
  {
    name: 'import',
    summary: 'make a run from a model of another tool: ONNX or safetensors',
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'models',
    summary: 'list the models, or show the layers of one',
    load: () => import('./commands/models.ts'),
  },
  {
    name: 'data',
    summary: 'list, describe, fetch and preview data sets',
    load: () => import('./commands/data.ts'),
  },
  {
    name: 'doctor',
    summary: 'show what this machine offers: Node, threads, SIMD, memory, data',
    load: () => import('./commands/doctor.ts'),
  },
]

/** Those of `inkling data`. */
const dataCommands = ['list', 'info', 'fetch', 'preview', 'make']

const examples = `
Start here:
  inkling start                                   train a digit reader and look at its report
  inkling train kaggle-cnn --data mnist --epochs 5
  inkling evaluate runs/<id>
  inkling predict my-digit.png

Each command explains itself: inkling <command> --help`

/** Runs the command line; sets the exit code: 0 success, 1 failure, 2 wrong usage, 130 Ctrl-C. */
export async function run(args: readonly string[]): Promise<void> {
  const debug = args.includes('--debug')
  watchSignals()
  knowModelKinds()
  // A reader that went away (`| head`) is no failure.
  process.stdout.on('error', error => process.exit((error as NodeJS.ErrnoException).code === 'EPIPE' ? 0 : 1))
  process.on('uncaughtException', error => fail(error, called(args), debug))
  try {
    const program = await createProgram(args)
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // Help that nobody asked for by name ('commander.help') is what a bare `inkling data` shows: no failure either.
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) return
    fail(error, called(args), debug)
  }
}

async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('inkling')
    .description('Trains, judges, compares and serves small neural classifiers.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError() {} })
  const words = args.filter(arg => !arg.startsWith('-'))
  const name = words[0] === 'help' ? words[1] : words[0]
  for (const entry of commands) {
    const command = program.command(entry.name).description(entry.summary).copyInheritedSettings(program)
    if (entry.name === name) (await entry.load()).define(command)
  }
  if (name === undefined) program.action(() => program.outputHelp())
  else if (!commands.some(entry => entry.name === name)) throw unknownCommand(name)
  return program
}

function unknownCommand(name: string): InklingError {
  const names = [...commands.map(entry => entry.name), 'help']
  const near = nearest(name, names)
  return new InklingError(`unknown command '${name}'${near ? `; did you mean '${near}'?` : ''}`, {
    exitCode: 2,
    hint: 'See: inkling --help',
  })
}

/** 'inkling data fetch' of what was typed, for hints. */
function called(args: readonly string[]): string {
  const [name, sub] = args
  if (!commands.some(entry => entry.name === name)) return 'inkling'
  return name === 'data' && dataCommands.includes(sub) ? `inkling data ${sub}` : `inkling ${name}`
}

function fail(error: unknown, command: string, debug: boolean): void {
  const { exitCode, text } = describeFailure(error, command)
  // Not `process.exitCode`: workers of a failed command may still run.
  process.stderr.write(`${debug ? stackOf(error) : text}\n`, () => process.exit(exitCode))
}

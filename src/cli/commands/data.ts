import { Argument, type Command, Option } from 'commander'
import type { InfoOptions } from '../data/info.ts'
import type { MadeKind } from '../data/make.ts'
import type { PreviewOptions } from '../data/preview.ts'
import { addDataOption } from '../dataOptions.ts'
import { addShared, type SharedOptions, wholeNumber } from '../options.ts'

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Examples:
  inkling data list
  inkling data info mnist
  inkling data info glyphs --with framing=paper
  inkling data fetch mnist
  inkling data preview mnist --out sheet.png
  inkling data preview path/to/folder-with-idx-files
  inkling data make signals --out ./signals
  inkling data make pictures --out ./pictures`,
  )

  const list = command.command('list').description('the data sets, and which of them are here')
  addShared(list, 'json', 'dataDir').action(async (options: SharedOptions) =>
    (await import('../data/list.ts')).listAll(options),
  )

  const info = command.command('info').description('all about one data set')
  info.argument('<name>', 'as in `data list`, or a path')
  addDataOption(info)
  addShared(info, 'json', 'dataDir').action(async (name: string, options: InfoOptions) =>
    (await import('../data/info.ts')).info(name, options),
  )

  const fetch = command.command('fetch').description('download a data set: resumes, and verifies every file')
  fetch.argument('<name>', 'as in `data list`')
  addShared(fetch, 'json', 'dataDir').action(async (name: string, options: SharedOptions) =>
    (await import('../data/fetch.ts')).fetch(name, options),
  )
  fetch.addHelpText('after', '\nIt goes into --data-dir, else into the cache that `inkling doctor` names.')

  const make = command.command('make').description('write made data as files, to try things out with')
  make
    .addArgument(
      new Argument(
        '<what>',
        'signals: accelerations of machines, CSV files in a folder per state; sounds: WAV files in a folder per class; recording: one long CSV file and its labels.csv; pictures: PNG files of ten kinds in a folder per part and class; heartbeats: WFDB records in the form of MIT-BIH',
      ).choices(['signals', 'sounds', 'recording', 'pictures', 'heartbeats']),
    )
    .option('--out <folder>', 'where to (default: a folder of that name)')
  addShared(make, 'json', 'seed').action(async (what: MadeKind, options: SharedOptions) =>
    (await import('../data/make.ts')).make(what, options),
  )

  const preview = command.command('preview').description('draw a contact sheet and show the class distribution')
  preview
    .argument('<name>', 'as in `data list`, or a path')
    .option('--out <file>', 'the PNG to write (default: <name>-preview.png)')
    .addOption(
      new Option('--part <part>', 'which part').choices(['train', 'validation', 'test', 'unlabelled']).default('train'),
    )
    .option('--per-class <n>', 'pictures in a row', wholeNumber(1, 200))
  addDataOption(preview)
  addShared(preview, 'json', 'seed', 'dataDir').action(async (name: string, options: PreviewOptions) =>
    (await import('../data/preview.ts')).preview(name, options),
  )
}

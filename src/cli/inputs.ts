import { isCsv } from '../data/files.ts'
import type { MitdbOptions } from '../data/heartbeats/mitdb.ts'
import type { PictureForm } from '../data/images/fitting.ts'
import { listDatasets } from '../data/registry.ts'
import type { TableColumn } from '../data/table/columns.ts'
import { InklingError } from '../errors.ts'
import { readImported } from '../training/importedRun.ts'
import type { RunConfig } from '../training/runConfig.ts'
import { folderOfRun } from '../training/runFolder.ts'
import type { Inputs, Reads, SignalQuestion } from './inputForm.ts'
import { madeAs } from './runs.ts'

/** Reads pictures, signals, folders of them, or one CSV file, as the run (a folder or a weights file) read what it learned. */
export async function readInputs(
  paths: string[],
  run: string,
  model: Reads,
  question: SignalQuestion = {},
): Promise<Inputs> {
  const data = madeAs(run)
  const signals = data?.settings?.signals
  if (signals) return await (await import('./signalInputs.ts')).readSignals(paths, signals, model, question)
  if (question.windows || question.sampledAt !== undefined)
    throw new InklingError('--windows and --sampled-at are for a run that learned signals', { exitCode: 2 })
  if (data && isOfHearts(data)) {
    const { readHeartbeats } = await import('./heartInputs.ts')
    return await readHeartbeats(paths, data.settings?.mitdb as MitdbOptions | undefined, model)
  }
  const tables = paths.filter(isCsv)
  if (tables.length > 0 && paths.length > 1) {
    throw new InklingError(`a CSV file is predicted alone, got ${paths.length} paths`, { exitCode: 2 })
  }
  if (data?.columns && tables.length === 0)
    throw new InklingError(`this run learned a table: it reads rows of a CSV file, got ${paths[0]}`, { exitCode: 2 })
  if (data?.columns) return await readRows(tables[0], data.columns, model)
  if (tables.length > 0 && model.inputShape.length === 2)
    throw new InklingError(
      `this model reads examples of shape [${model.inputShape.join(', ')}], and nothing says how to make them: rows of a CSV file are pixels, which these are not`,
      { exitCode: 2, hint: 'Read them in a program: loadModel(RUN).predict(DATASET).' },
    )
  if (tables.length > 0) return await readPixels(tables[0], model)
  const { readPictures } = await import('./pictureInputs.ts')
  return await readPictures(paths, data ? pictureForm(data) : importedForm(run), model)
}

/** Whether the run learned heartbeats of mitdb or of a set in its form. */
export function isOfHearts({ request, name }: RunConfig['data']): boolean {
  const known = listDatasets().find(info => info.name === (request ?? name).toLowerCase())
  return known?.task === 'heartbeats'
}

/** How pictures are made for a model that was imported. */
function importedForm(run: string): PictureForm | undefined {
  const pictures = readImported(folderOfRun(run))?.pictures
  if (!pictures) return undefined
  const [height, width] = pictures.size
  return { height, width, channels: pictures.channels, fit: pictures.fit }
}

/** How a folder of pictures was made into examples. */
function pictureForm({ settings }: RunConfig['data']): PictureForm | undefined {
  if (!settings?.images) return undefined
  const { size, channels, fit } = settings.images as Pick<PictureForm, 'channels' | 'fit'> & { size: [number, number] }
  return { height: size[0], width: size[1], channels, fit }
}

async function readPixels(path: string, { inputShape: shape, classes }: Reads): Promise<Inputs> {
  const { readKaggleCsv } = await import('../data/datasets/kaggle.ts')
  const { dataset } = await readKaggleCsv(path, { shape, classes })
  return { dataset, names: rowNames(path, dataset.length), blank: new Set() }
}

/** Columns by their names; the label may be there or not. */
async function readRows(
  path: string,
  columns: readonly TableColumn[],
  { inputShape, classes }: Reads,
): Promise<Inputs> {
  const { createDataset } = await import('../data/dataset.ts')
  const { encodeRows } = await import('../data/table/columns.ts')
  const { readTable } = await import('../data/table/readTable.ts')
  const features = encodeRows(await readTable(path), columns)
  const dataset = createDataset({ name: path, shape: inputShape, classes, features })
  return { dataset, names: rowNames(path, dataset.length), blank: new Set() }
}

/** Row 1 stands in line 2, below the header. */
const rowNames = (path: string, count: number) => Array.from({ length: count }, (_, i) => `${path}:${i + 1}`)

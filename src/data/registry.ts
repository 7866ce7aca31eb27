import { InklingError, nearest } from '../errors.ts'
import { azInfo } from './datasets/az.ts'
import { cifar10Info } from './datasets/cifar10.ts'
import { cifar100Info } from './datasets/cifar100.ts'
import { drawnGlyphsInfo, drawnInfo, drawnLettersInfo } from './datasets/drawn.ts'
import { glyphsInfo } from './datasets/glyphs.ts'
import { kaggleInfo } from './datasets/kaggle.ts'
import { madeHeartbeatsInfo } from './datasets/madeHeartbeats.ts'
import { madePicturesInfo } from './datasets/madePictures.ts'
import { mitdbInfo } from './datasets/mitdb.ts'
import { mnistInfo } from './datasets/mnist.ts'
import type { DatasetInfo } from './datasets/types.ts'

const known: readonly DatasetInfo[] = [
  mnistInfo,
  kaggleInfo,
  drawnInfo,
  drawnLettersInfo,
  drawnGlyphsInfo,
  azInfo,
  glyphsInfo,
  cifar10Info,
  cifar100Info,
  madePicturesInfo,
  mitdbInfo,
  madeHeartbeatsInfo,
]

/** All data sets the program knows, in the order in which they are listed. */
export function listDatasets(): readonly DatasetInfo[] {
  return known
}

/** Whether a program can fetch a set: what is made of others, or asks for an account, is had by hand. */
export function canFetch({ archive, files }: DatasetInfo): boolean {
  return archive !== undefined || files.some(file => file.urls)
}

/** The data set of this name; an unknown name is a usage error that suggests the nearest. */
export function datasetInfo(name: string): DatasetInfo {
  const info = known.find(d => d.name === name.toLowerCase())
  if (info) return info
  const names = known.map(d => d.name)
  const near = nearest(name, names)
  throw new InklingError(`there is no data set "${name}"${near ? `; did you mean "${near}"?` : ''}`, {
    exitCode: 2,
    hint: `Known: ${names.join(', ')}; or give the path of a folder or a CSV file.`,
  })
}

import type { Dataset } from '../dataset.ts'
import { testSeed } from '../synthetic/testSeed.ts'
import type { DatasetInfo } from './types.ts'

/** Loads what makes pictures on need: nobody else pays for it. */
export type Maker = () => Promise<(options: { count: number; seed: number }) => Dataset>

/** What tells one set of made pictures from another. */
interface MadePictures
  extends Pick<DatasetInfo, 'name' | 'title' | 'description' | 'shape' | 'classes' | 'citation' | 'made'> {
  maker: Maker
}

/** Pictures made by a program, so that they are always at hand; the settings of all such sets are `drawn`. */
export function builtInPictures({ maker, ...own }: MadePictures): DatasetInfo {
  return {
    ...own,
    task: 'pictures',
    folders: [],
    examples: { train: 20_000, test: 4_000 },
    address: 'built in',
    licence: 'MIT, as the program',
    files: [],
    builtIn: true,
    async load({ drawn }) {
      const make = await maker()
      return {
        train: { ...make({ count: drawn.train, seed: drawn.seed }), name: `${own.name}/train` },
        test: { ...make({ count: drawn.test, seed: testSeed(drawn.seed) }), name: `${own.name}/test` },
      }
    },
  }
}

import { buildMitdb, planMitdb } from '../heartbeats/mitdb.ts'
import type { ReadFile } from '../heartbeats/records.ts'
import { summarizeMitdb } from '../heartbeats/summary.ts'
import { MITDB_RECORDS, mitdbInfo } from './mitdb.ts'
import type { DatasetInfo } from './types.ts'

const NAME = 'made-heartbeats'

/** What was made last: several ways of cutting it into examples are often asked for one after the other. */
let last: { seed: number; read: ReadFile } | undefined

async function filesOf(seed: number): Promise<ReadFile> {
  const { madeHeartFiles } = await import('../synthetic/heart/index.ts')
  if (last?.seed !== seed) last = { seed, read: madeHeartFiles({ seed }) }
  return last.read
}

/** The built-in heartbeats: WFDB records under the names of MIT-BIH's, read and split as these. */
export const madeHeartbeatsInfo: DatasetInfo = {
  name: NAME,
  title: 'Built-in made heartbeats',
  description: '48 two-minute electrocardiograms made by a program in the form of MIT-BIH (no patients)',
  task: 'heartbeats',
  folders: [],
  shape: mitdbInfo.shape,
  classes: mitdbInfo.classes,
  examples: { train: 3161, test: 3455 },
  address: 'built in',
  licence: 'MIT, as the program',
  citation:
    'Inkling contributors: made heartbeats; after P.E. McSharry et al.: A dynamical model for generating synthetic electrocardiogram signals. IEEE Trans. Biomed. Eng. 50(3), 2003',
  files: [],
  builtIn: true,
  made: 'These heartbeats are made by the program: the figures say nothing about real patients.',
  async load({ drawn, mitdb = {} }) {
    const read = await filesOf(drawn.seed)
    return await buildMitdb(await planMitdb(MITDB_RECORDS, read, mitdb), read, NAME)
  },
  async describe() {
    return { ...(await summarizeMitdb(MITDB_RECORDS, await filesOf(0))) }
  },
}

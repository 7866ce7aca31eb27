import { buildMitdb, planMitdb } from '../heartbeats/mitdb.ts'
import { summarizeMitdb } from '../heartbeats/summary.ts'
import { MITDB_SUMS } from './mitdbSums.ts'
import type { DataFile, DatasetInfo } from './types.ts'

const BASE = 'https://physionet.org/files/mitdb/1.0.0/'

const sums = MITDB_SUMS.trim()
  .split('\n')
  .map(line => line.split(' '))

/** The 48 records, in the order of the database's own list. */
export const MITDB_RECORDS: readonly string[] = sums.map(([record]) => record)

const files: DataFile[] = sums.flatMap(([record, ...hashes]) =>
  ['atr', 'dat', 'hea'].map((ending, i) => {
    const name = `${record}.${ending}`
    return { name, sha256: hashes[i], urls: [BASE + name] }
  }),
)

/**
 * The MIT-BIH Arrhythmia Database, 48 half-hour records of two leads at 360 Hz with beat annotations. Loaded as windows
 * of 100 samples around each beat with the AAMI classes, DS1 against DS2, unless the options say otherwise.
 */
export const mitdbInfo: DatasetInfo = {
  name: 'mitdb',
  title: 'MIT-BIH Arrhythmia Database',
  description: '48 half-hour ECG records, two leads at 360 Hz, 109,494 annotated heartbeats',
  task: 'heartbeats',
  folders: ['mitdb'],
  shape: [100, 1],
  classes: ['N', 'S', 'V', 'F', 'Q'],
  examples: { train: 51_021, test: 49_712 },
  address: 'https://physionet.org/content/mitdb/1.0.0/',
  licence: 'Open Data Commons Attribution 1.0 (ODC-By)',
  citation:
    'G.B. Moody, R.G. Mark: The impact of the MIT-BIH Arrhythmia Database. IEEE Eng. Med. Biol. 20(3), 2001; Goldberger et al., PhysioNet, Circulation 101(23), 2000',
  files,
  async load({ read, mitdb = {} }) {
    return await buildMitdb(await planMitdb(MITDB_RECORDS, read, mitdb), read)
  },
  async describe({ read }) {
    return { ...(await summarizeMitdb(MITDB_RECORDS, read)) }
  },
}

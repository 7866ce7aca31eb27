import { MITDB_SUMS } from './mitdbSums.ts'
import type { DataFile, DatasetInfo } from './types.ts'

const BASE = 'https://physionet.org/files/mitdb/1.0.0/'

const files: DataFile[] = MITDB_SUMS.trim()
  .split('\n')
  .flatMap(line => {
    const [record, ...sums] = line.split(' ')
    return ['atr', 'dat', 'hea'].map((ending, i) => {
      const name = `${record}.${ending}`
      return { name, sha256: sums[i], urls: [BASE + name] }
    })
  })

/** The MIT-BIH Arrhythmia Database, 48 half-hour records of two leads at 360 Hz with beat annotations. */
export const mitdbInfo: DatasetInfo = {
  name: 'mitdb',
  title: 'MIT-BIH Arrhythmia Database',
  description: '48 half-hour ECG records, two leads at 360 Hz, 109,494 annotated heartbeats',
  task: 'heartbeats',
  folders: ['mitdb'],
  shape: [650_000, 2],
  classes: ['N', 'S', 'V', 'F', 'Q'],
  examples: { train: 109_494 },
  address: 'https://physionet.org/content/mitdb/1.0.0/',
  licence: 'Open Data Commons Attribution 1.0 (ODC-By)',
  citation:
    'G.B. Moody, R.G. Mark: The impact of the MIT-BIH Arrhythmia Database. IEEE Eng. Med. Biol. 20(3), 2001; Goldberger et al., PhysioNet, Circulation 101(23), 2000',
  files,
}

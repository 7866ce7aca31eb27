import { parseArgs } from 'node:util'
import { InklingError } from '../src/errors.ts'
import { type NpmPeer, npmPeers } from './systems/npmPeers.ts'
import { chosenWorkloads, type Workload, workloads } from './workloads/index.ts'

export const systemNames = ['inkling', 'pytorch', ...npmPeers] as const
export type SystemName = 'inkling' | 'pytorch' | NpmPeer

export interface BenchOptions {
  workloads: Workload[]
  systems: SystemName[]
  /** Turns of each system; undefined: five, or three where these take long. */
  rounds?: number
  /** Length of a turn, ms. */
  turn: number
  /** Examples of an epoch. */
  examples: number
  json: boolean
  check: boolean
  help: boolean
  /** Everything as it is by default: such a run goes on record. */
  whole: boolean
}

export const usage = `npm run -s bench -- [settings]

  --workloads W1,W5          some of ${workloads.map(w => w.id).join(', ')}; default all
  --systems inkling,pytorch  some of ${systemNames.join(', ')}; default all
  --rounds N                 turns of each system (default 5; 3 where these take long)
  --turn MS                  length of a turn (default 250)
  --examples N               examples of W8's epoch (default 60000)
  --json                     the result as one line of JSON, the last one; the rest on stderr
  --check                    no times: compares losses and gradients with PyTorch, dropout off

A run with all workloads and systems writes bench/results/<day>.json and the table of docs/performance.md; others
write bench/results/partial.json.
$INKLING_PYTHON names the Python to look for PyTorch in; $INKLING_DATA the data for W8.`

export function parseOptions(args: readonly string[]): BenchOptions {
  let values: Record<string, string | boolean | undefined>
  try {
    values = parseArgs({
      args: [...args],
      options: {
        ...{ workloads: { type: 'string' }, systems: { type: 'string' }, rounds: { type: 'string' } },
        ...{ turn: { type: 'string' }, examples: { type: 'string' }, json: { type: 'boolean' } },
        ...{ check: { type: 'boolean' }, help: { type: 'boolean' } },
      },
    }).values
  } catch (error) {
    throw new InklingError((error as Error).message, { exitCode: 2 })
  }
  const text = (name: string) => values[name] as string | undefined
  const whole = (name: string) => {
    const given = text(name)
    if (given === undefined) return
    const value = Number(given)
    if (Number.isInteger(value) && value > 0) return value
    throw new InklingError(`--${name} must be a whole number above 0, got "${given}"`, { exitCode: 2 })
  }
  const rounds = whole('rounds')
  const examples = whole('examples')
  const all = text('workloads') === undefined && text('systems') === undefined
  return {
    workloads: chosenWorkloads(text('workloads')),
    systems: chosenSystems(text('systems')),
    ...{ rounds, turn: whole('turn') ?? 250, examples: examples ?? 60_000 },
    ...{ json: values.json === true, check: values.check === true, help: values.help === true },
    whole: all && examples === undefined && (rounds ?? 3) >= 3,
  }
}

function chosenSystems(list: string | undefined): SystemName[] {
  if (list === undefined) return [...systemNames]
  return list.split(',').map(given => {
    const name = given.trim().toLowerCase()
    const found = systemNames.find(s => s === name)
    if (found) return found
    throw new InklingError(`no system is called "${given}"`, {
      exitCode: 2,
      hint: `There are ${systemNames.join(', ')}.`,
    })
  })
}

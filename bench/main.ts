/** Measures Inkling and its peers side by side: `npm run -s bench -- --help`. */
import { InklingError } from '../src/errors.ts'
import { describeMachine } from './machine.ts'
import { type Figure, measurePass } from './measure.ts'
import { type BenchOptions, parseOptions, usage } from './options.ts'
import { writeRecord } from './record.ts'
import { type Row, rowsOf } from './rows.ts'
import { startInkling } from './systems/inkling.ts'
import { npmPeers, startNpmPeers } from './systems/npmPeers.ts'
import { startPyTorch } from './systems/pytorch.ts'
import type { Absence, System } from './systems/system.ts'
import { type Result, tableOf } from './table.ts'
import { epochData } from './workloads/data.ts'
import type { Pass } from './workloads/index.ts'

try {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) console.log(usage)
  else if (options.check) {
    const { checkAgainstPyTorch } = await import('./check.ts')
    process.exitCode = (await checkAgainstPyTorch(options.workloads)) ? 0 : 1
  } else {
    const result = await measure(options)
    // Tests leave no figures behind.
    if (!process.env.BENCH_NO_RECORD) writeRecord(result, options.whole)
    if (options.json) console.error(tableOf(result))
    console.log(options.json ? JSON.stringify(result) : tableOf(result))
  }
} catch (error) {
  if (!(error instanceof InklingError)) throw error
  console.error(`error: ${error.message}${error.hint ? `\n${error.hint}` : ''}`)
  process.exitCode = error.exitCode
}

async function measure({ workloads, systems: wanted, rounds, turn, examples }: BenchOptions): Promise<Result> {
  const absent: Absence[] = []
  const inkling = await startInkling(absent)
  const systems: System[] = wanted.includes('inkling') ? [...inkling.systems] : []
  const close = async () => {
    for (const system of new Set([...inkling.systems, ...systems])) await system.close()
  }
  try {
    progress('measuring the FMA peak')
    const peaks = await inkling.measurePeaks()
    if (wanted.includes('pytorch')) {
      progress('starting PyTorch')
      const pytorch = await startPyTorch(peaks.narrow[1], absent)
      // Right behind Inkling's best form, which it is compared with.
      if (pytorch) systems.splice(1, 0, pytorch)
    }
    systems.push(
      ...(await startNpmPeers(
        npmPeers.filter(p => wanted.includes(p)),
        absent,
      )),
    )
    const measured: { index: number; figures: Map<Pass, Map<System, Figure>> }[] = []
    for (const [index, workload] of workloads.entries()) {
      const figures = new Map<Pass, Map<System, Figure>>()
      for (const pass of workload.passes) {
        const epoch = pass === 'epoch' ? await epochData(examples) : undefined
        if (epoch && epoch.source !== 'mnist')
          absent.push({ system: 'mnist', reason: `${workload.id} ran on the drawn digits: MNIST was not found` })
        const settings = {
          rounds: rounds ?? (epoch ? 3 : 5),
          least: rounds ?? 3,
          milliseconds: turn,
          onProgress: progress,
        }
        try {
          figures.set(pass, await measurePass(systems, workload, pass, settings, absent, epoch?.data))
        } finally {
          epoch?.remove()
        }
      }
      measured.push({ index, figures })
    }
    // Again, since the machine may have been slower at the start.
    const machine = describeMachine(await inkling.measurePeaks())
    const rows: Row[] = measured.flatMap(({ index, figures }) =>
      rowsOf(workloads[index], systems, figures, machine, examples),
    )
    return { rows, machine, absent }
  } finally {
    progress('')
    await close()
  }
}

/** One line that is written over, on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`)
}

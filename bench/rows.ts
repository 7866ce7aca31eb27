import { adam, evaluationStep, trainingStep } from '../src/nn/index.ts'
import { countFlops } from './flops.ts'
import { type Machine, round } from './machine.ts'
import type { Figure } from './measure.ts'
import type { System } from './systems/system.ts'
import { modelOf } from './workloads/build.ts'
import type { Pass, Workload } from './workloads/index.ts'

/** One system on one workload. Times are medians in ms; null where there is no figure. */
export interface Row {
  workload: string
  system: string
  variant: string | null
  threads: number | null
  /** Training step (W8: a whole epoch). */
  trainMs: number | null
  forwardMs: number | null
  /** Of the training step, else of the forward pass. */
  gflops: number | null
  /** gflops by the FMA peak of the same vector width (others than Inkling: of the wide one) and threads. */
  shareOfPeak: number | null
  /** PyTorch's time divided by this one's: of the training step, else of the forward pass. */
  ratioToPyTorch: number | null
  forwardRatioToPyTorch: number | null
  /** Time of every other system divided by this one's. */
  ratios: Record<string, number>
  /** Lowest and highest round. */
  trainSpread: [number, number] | null
  forwardSpread: [number, number] | null
  rounds: number
  /** What a system with a choice chose for its forward pass; `variant` tells the training step's. */
  forwardVariant?: string
}

export interface Flops {
  train: number
  forward: number
}

/** Operations of a training step and of a forward pass, from Inkling's graphs of the workload. */
export function flopsOf(workload: Workload): Flops {
  const { batch } = workload
  const model = modelOf(workload)
  const input = { dtype: 'f32' } as const
  const train = trainingStep(model, { batch, input, optimizer: adam() })
  const forward = evaluationStep(model, { batch, input })
  return {
    train: countFlops(train.graph, Object.values(train.outputs)),
    forward: countFlops(forward.graph, [forward.outputs.probabilities]),
  }
}

/** The rows of one workload from the figures of its passes. */
export function rowsOf(
  workload: Workload,
  systems: readonly System[],
  figures: Map<Pass, Map<System, Figure>>,
  machine: Machine,
  examples: number,
): Row[] {
  const flops = flopsOf(workload)
  // An epoch is as many steps as it has examples for.
  const trainFlops = figures.has('epoch') ? (flops.train * examples) / workload.batch : flops.train
  const trains = figures.get('train') ?? figures.get('epoch')
  const forwards = figures.get('forward')
  const rows = systems.flatMap((system): Row[] => {
    const train = trains?.get(system)
    const forward = forwards?.get(system)
    if (!train && !forward) return []
    const choice = train?.choice ?? forward?.choice
    const threads = choice?.threads ?? system.threads
    const gflops = train ? trainFlops / train.median / 1e6 : flops.forward / forward!.median / 1e6
    return [
      {
        ...{ workload: workload.id, system: system.system, variant: choice?.variant ?? system.variant, threads },
        trainMs: train ? figure(train.median) : null,
        forwardMs: forward ? figure(forward.median) : null,
        gflops: round(gflops, 1),
        shareOfPeak: shareOfPeak(gflops, system, threads, machine),
        ...{ ratioToPyTorch: null, forwardRatioToPyTorch: null, ratios: {} },
        trainSpread: train ? [figure(train.low), figure(train.high)] : null,
        forwardSpread: forward ? [figure(forward.low), figure(forward.high)] : null,
        rounds: (train ?? forward)!.rounds,
        ...(train && forward?.choice && { forwardVariant: forward.choice.variant }),
      },
    ]
  })
  addRatios(rows)
  return rows
}

function shareOfPeak(gflops: number, system: System, threads: number | null, machine: Machine): number | null {
  const width = system.variant === 'narrow' ? 'narrow' : 'wide'
  const peak = (threads === 1 ? machine.fmaPeakOneThread : machine.fmaPeak)[width]
  return peak ? round(gflops / peak, 3) : null
}

/** Fills in the ratios among the rows of one workload; the first row of a system stands for it. */
export function addRatios(rows: Row[]): void {
  const ratio = (other: number | null | undefined, own: number | null) => (other && own ? round(other / own, 3) : null)
  const main = (row: Row) => row.trainMs ?? row.forwardMs
  for (const row of rows) {
    const pytorch = rows.find(r => r.system === 'pytorch')
    row.forwardRatioToPyTorch = ratio(pytorch?.forwardMs, row.forwardMs)
    row.ratioToPyTorch = row.trainMs === null ? row.forwardRatioToPyTorch : ratio(pytorch?.trainMs, row.trainMs)
    for (const other of rows) {
      if (other.system === row.system || row.ratios[other.system] !== undefined) continue
      // A system that only predicts is compared by that.
      const comparable = row.trainMs !== null && other.trainMs !== null ? main : (r: Row) => r.forwardMs
      const value = ratio(comparable(other), comparable(row))
      if (value !== null) row.ratios[other.system] = value
    }
  }
}

/** Four significant digits: more would be noise. */
const figure = (milliseconds: number): number => Number(milliseconds.toPrecision(4))

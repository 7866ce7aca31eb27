import { readFileSync } from 'node:fs'
import type { LossSpec, OptimizerSpec } from '../../src/nn/index.ts'
import type { Schedule } from '../../src/nn/schedules.ts'

type Named = Record<string, number[]>

/** What PyTorch computes, recorded by test/fixtures/record_nn.py. */
export interface Fixtures {
  layers: {
    /** Name of the layer's function and its arguments. */
    layer: [string, ...unknown[]]
    inputShape: number[]
    batch: number
    x: number[]
    y: number[]
    dy: number[]
    dx: number[]
    parameters: Named
    gradients: Named
    after: Named
  }[]
  losses: {
    loss: LossSpec
    labels: 'integer' | 'oneHot'
    shape: number[]
    logits: number[]
    y: number[]
    values: number[]
    gradient: number[]
  }[]
  optimizers: {
    optimizer: OptimizerSpec
    weight: number[]
    bias: number[]
    gradients: number[][]
    after: { weight: number[]; bias: number[]; average?: number[] }[]
  }[]
  schedules: { schedule: Schedule; totalSteps: number; factors: number[] }[]
  /** Stacks of 4 units over [3, 5, 3]. */
  recurrent: {
    cell: 'simpleRnn' | 'lstm' | 'gru'
    activation: 'tanh' | 'relu'
    layers: number
    bidirectional: boolean
    lengths: number[] | null
    sequences: boolean
    x: number[]
    y: number[]
    dy: number[]
    dx: number[]
    parameters: Named
    gradients: Named
  }[]
}

export const fixtures: Fixtures = JSON.parse(readFileSync(new URL('../fixtures/nn.json', import.meta.url), 'utf8'))

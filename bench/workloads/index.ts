import { InklingError } from '../../src/errors.ts'
import type { Network } from './network.ts'
import { cifarDensenet, cifarResnet, compareMlp, compareRnn, ecgLstm, kaggleCnn } from './networks.ts'

/** A training step, a prediction of a batch, or a whole epoch of training from the data on. */
export type Pass = 'train' | 'forward' | 'epoch'

/** Plain data, sent as it is to the servers. */
export interface Workload {
  id: string
  title: string
  /** Its id in the zoo. */
  model: string
  batch: number
  network: Network
  passes: Pass[]
  /** One run at a time, timed from asking to having the answer; else runs follow each other as in training. */
  latency?: boolean
  /** Random moves of pictures in an epoch: degrees, shares. */
  augment?: { rotate: number; zoom: number; shiftX: number; shiftY: number }
}

const steps: Pass[] = ['train', 'forward']

/** In the order they run. */
export const workloads: readonly Workload[] = [
  { id: 'W1', title: 'kaggle-cnn', model: 'kaggle-cnn', batch: 128, network: kaggleCnn, passes: steps },
  { id: 'W2', title: 'compare-mlp', model: 'compare-mlp', batch: 128, network: compareMlp, passes: steps },
  { id: 'W3', title: 'compare-rnn', model: 'compare-rnn', batch: 128, network: compareRnn, passes: steps },
  { id: 'W4', title: 'ecg-lstm', model: 'ecg-lstm', batch: 256, network: ecgLstm, passes: steps },
  { id: 'W5', title: 'cifar-resnet', model: 'cifar-resnet', batch: 32, network: cifarResnet, passes: steps },
  { id: 'W6', title: 'cifar-densenet', model: 'cifar-densenet', batch: 64, network: cifarDensenet, passes: steps },
  {
    id: 'W7',
    title: 'one picture, kaggle-cnn',
    model: 'kaggle-cnn',
    batch: 1,
    network: kaggleCnn,
    passes: ['forward'],
    latency: true,
  },
  {
    ...{
      id: 'W8',
      title: 'epoch of MNIST, augmented, kaggle-cnn',
      model: 'kaggle-cnn',
      batch: 128,
      network: kaggleCnn,
    },
    ...{ passes: ['epoch'], augment: { rotate: 15, zoom: 0.15, shiftX: 0.15, shiftY: 0.15 } },
  },
]

/** The workloads of a list such as `W1,W5`. */
export function chosenWorkloads(list: string | undefined): Workload[] {
  if (list === undefined) return [...workloads]
  return list.split(',').map(id => {
    const found = workloads.find(w => w.id.toLowerCase() === id.trim().toLowerCase())
    if (found) return found
    throw new InklingError(`no workload is called "${id}"`, {
      exitCode: 2,
      hint: `There are ${workloads.map(w => w.id).join(', ')}.`,
    })
  })
}

import {
  averagePool,
  batchNorm,
  conv,
  dense,
  denseBlockLayer,
  dropout,
  flatten,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  type Network,
  recurrent,
  relu,
  residual,
} from './network.ts'

/** kaggle-cnn (Xu 2022): 1,630,090 parameters. */
export const kaggleCnn: Network = {
  input: [28, 28, 1],
  classes: 10,
  layers: [
    conv(32, 3, { relu: true }),
    maxPool(2),
    dropout(0.25),
    conv(64, 3, { relu: true }),
    maxPool(2),
    dropout(0.25),
    flatten(),
    dense(512, { relu: true }),
    dropout(0.5),
    dense(10),
  ],
}

/** compare-mlp: 784-256-128-10. */
export const compareMlp: Network = {
  input: [28, 28, 1],
  classes: 10,
  layers: [flatten(), dense(256, { relu: true }), dense(128, { relu: true }), dense(10)],
}

/** One simple recurrent layer over the 28 rows of a picture. */
export const compareRnn: Network = {
  input: [28, 28],
  classes: 10,
  layers: [recurrent('tanh', 128), dense(10)],
}

/** ecg-lstm (Li 2024): heartbeats of 100 samples. */
export const ecgLstm: Network = {
  input: [100, 1],
  classes: 2,
  layers: [
    recurrent('lstm', 48, { sequences: true }),
    batchNorm(),
    dropout(0.3),
    recurrent('lstm', 32),
    dense(32, { relu: true }),
    dropout(0.2),
    dense(2),
  ],
}

function residualBlock(filters: number, stride: number, widens: boolean): LayerSpec {
  const body = [
    ...[conv(filters, 3, { stride, bias: false }), batchNorm(), relu()],
    ...[conv(filters, 3, { bias: false }), batchNorm()],
  ]
  return residual(body, widens ? [conv(filters, 1, { stride, bias: false }), batchNorm()] : [])
}

/** cifar-resnet (Li 2024): three levels of two residual blocks. */
export const cifarResnet: Network = {
  input: [32, 32, 3],
  classes: 10,
  layers: [
    ...[conv(64, 3, { relu: true }), batchNorm()],
    ...[residualBlock(64, 1, false), residualBlock(64, 1, false)],
    ...[residualBlock(128, 2, true), residualBlock(128, 1, false)],
    ...[residualBlock(256, 2, true), residualBlock(256, 1, false)],
    ...[globalAveragePool(), dense(10)],
  ],
}

const GROWTH = 32
const denseBlock = (layers: number): LayerSpec[] =>
  Array.from({ length: layers }, () => denseBlockLayer([batchNorm(), relu(), conv(GROWTH, 3, { bias: false })]))
const transition = (filters: number): LayerSpec[] => [
  ...[batchNorm(), relu(), conv(filters, 1, { bias: false }), averagePool(2)],
]

/** cifar-densenet (Li 2024): two dense blocks of six layers, growth 32, each followed by a transition. */
export const cifarDensenet: Network = {
  input: [32, 32, 3],
  classes: 10,
  layers: [
    conv(64, 3, { bias: false }),
    ...[...denseBlock(6), ...transition(128)],
    ...[...denseBlock(6), ...transition(160)],
    ...[globalAveragePool(), dense(10)],
  ],
}

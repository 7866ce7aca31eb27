import { createDataset } from '../../src/data/dataset.ts'
import { evaluateProbabilities } from '../../src/evaluation/index.ts'
import { createRandom } from '../../src/random.ts'
import { collectExamples } from '../../src/report/examples.ts'
import type { ReportInput } from '../../src/report/types.ts'

/** A made-up run: `n` noise pictures, read rightly the more often the larger `skill` is. */
export function madeReport(
  settings: { classes?: string[]; n?: number; skill?: number; side?: number } = {},
): ReportInput {
  const { classes = [...'0123456789'], n = 2000, skill = 9, side = 12 } = settings
  const random = createRandom(11)
  const labels = Int32Array.from({ length: n }, () => random.int(classes.length))
  const features = Uint8Array.from({ length: n * side * side }, () => random.int(256))
  const probabilities = new Float32Array(n * classes.length)
  for (let i = 0; i < n; i++) {
    const powers = classes.map((_, k) => Math.exp(random.normal() * 2 + (k === labels[i] ? skill : 0)))
    const sum = powers.reduce((a, b) => a + b)
    powers.forEach((p, k) => {
      probabilities[i * classes.length + k] = p / sum
    })
  }
  const dataset = createDataset({ name: 'noise/test', shape: [side, side, 1], classes, features, labels })
  return {
    title: 'Noise read by a made-up model',
    run: {
      id: 'made-up',
      startedAt: '2026-11-21T09:12:44Z',
      seconds: 75,
      bestEpoch: 3,
      seed: 7,
      optimizer: { name: 'adam', learningRate: 1e-3 },
      augmentation: [],
    },
    model: {
      name: 'made-cnn',
      layers: [
        { name: 'conv', type: 'conv2d', outputShape: [12, 12, 8], parameters: 80 },
        { name: 'dense', type: 'dense', outputShape: [10], parameters: 11530 },
      ],
      parameters: { total: 11610, trainable: 11610 },
    },
    data: {
      name: 'noise',
      trainCount: 5400,
      validationCount: 600,
      testCount: n,
      classes,
      trainDistribution: classes.map((_, k) => 500 + 10 * k),
      source: 'made by this test',
      warnings: ['These pictures are noise.'],
    },
    history: [1, 2, 3, 4].map(epoch => ({
      epoch,
      loss: 1 / epoch,
      accuracy: 1 - 0.2 / epoch,
      validationLoss: 0.9 / epoch,
      validationAccuracy: 1 - 0.18 / epoch,
      learningRate: 1e-3,
      seconds: 2.5,
      examplesPerSecond: 2160,
    })),
    evaluation: evaluateProbabilities(probabilities, labels, classes),
    examples: collectExamples(dataset, probabilities),
    environment: { inkling: '0.1.0', node: 'v26', threads: 2 },
  }
}

/** Class names that try to leave every place a name is put in. */
export const hostileNames = [
  `"><img src=x onerror="alert(1)">`,
  `' onmouseover='alert(1)`,
  '</script><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '</title></svg><b>bold</b>',
  '&quot;&lt;b&gt;',
  'a & b',
  'a very long class name that goes on and on and on',
  '文字',
  '0',
]

import { knnPredict } from '../../classical/index.ts'
import type { Dataset } from '../../data/dataset.ts'
import { labelsOf } from '../../data/dataset.ts'
import { evaluateProbabilities } from '../../evaluation/evaluate.ts'
import type { Experiment } from '../experiment.ts'
import { loadedFacts } from '../training.ts'

export const mnistKnn: Experiment = {
  id: 'mnist-knn',
  paper: 'fatov-2024',
  title: 'The nearest neighbours, as LeCun 1995 reports for three',
  minutes: 2,
  measured: 'MNIST’s 10,000 test digits against all 60,000, exact Euclidean distances of the pixels as they are',
  trials: [1, 3, 5].map(k => ({
    variant: `k-${k}`,
    once: true,
    async run(context) {
      const loaded = await context.load('mnist')
      const test = loaded.test as Dataset
      const { probabilities } = await knnPredict(context.backend, loaded.train, test, { k, signal: context.signal })
      const evaluation = evaluateProbabilities(probabilities, labelsOf(test), test.classes)
      return {
        metrics: { accuracy: evaluation.accuracy, error: 1 - evaluation.accuracy },
        data: loadedFacts(loaded),
        details: { confusion: evaluation.confusion, classes: evaluation.classes },
      }
    },
  })),
  published: [
    {
      metric: 'error',
      value: 0.024,
      better: 'lower',
      variants: ['k-3'],
      note: 'on LeCun’s 20x20 digits, deslanted by the same author to 2.4 %; raw pixels give about 3 %',
    },
    { metric: 'error', better: 'none', variants: ['k-1', 'k-5'] },
  ],
}

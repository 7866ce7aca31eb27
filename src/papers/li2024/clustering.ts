import { pca, projectOn } from '../../classical/index.ts'
import type { Dataset } from '../../data/dataset.ts'
import { clusterDataset } from '../../training/clustering.ts'
import type { Experiment, Measured, TrialContext } from '../experiment.ts'
import { scatterFigure } from '../figures/scatter.ts'
import { loadedFacts, train, zooRecipe } from '../training.ts'

/** Test digits on a map. */
const POINTS = 2000

async function cluster(
  context: TrialContext,
  method: 'kmeans' | 'minibatch',
  on: 'pixels' | 'features',
): Promise<Measured> {
  const loaded = await context.load('mnist')
  const test = loaded.test as Dataset
  const { backend, seed, signal, figure, quick } = context
  // The network learns from the training digits; the digits that are grouped are others.
  const trained =
    on === 'features'
      ? await train(context, { model: 'compare-cnn', recipe: zooRecipe('compare-cnn', 'mnist-report'), data: loaded })
      : undefined
  const found = await clusterDataset(backend, test, {
    ...{ method, seed, signal, features: trained?.model },
    points: figure && method === 'kmeans' ? (quick ? 100 : POINTS) : 0,
  })
  if (figure && found.map) {
    const { positions, rows, points } = found.map
    await figure('map', scatterFigure(points, positions, test, 'UMAP'))
    const plane = await projectOn(backend, await pca(backend, rows, { components: 2 }), rows)
    await figure('principal-components', scatterFigure(plane.values, positions, test, 'principal components'))
  }
  return {
    metrics: { ...found.scores, seconds: (trained?.result.seconds ?? 0) + found.seconds },
    settings: { method, k: found.k, on: found.on, columns: found.columns },
    data: loadedFacts(loaded),
    details: { table: found.table },
    notes: trained && [
      `features of compare-cnn, which reads ${(100 * trained.evaluation.accuracy).toFixed(2)} % rightly`,
    ],
  }
}

export const digitsClustering: Experiment = {
  id: 'digits-clustering',
  paper: 'li-2024',
  title: 'Clusters of digits, which the paper’s title promises: on pixels and on a network’s features',
  minutes: 4,
  measured:
    'ten clusters of MNIST’s 10,000 test digits, found without their labels and compared with them; the features are those ' +
    'of a network trained on the 60,000 others',
  trials: (['kmeans', 'minibatch'] as const).flatMap(method =>
    (['pixels', 'features'] as const).map(on => ({
      variant: `${method}-${on}`,
      run: (context: TrialContext) => cluster(context, method, on),
    })),
  ),
  published: [
    { metric: 'purity', note: 'no clustering and no figure in the paper' },
    { metric: 'nmi', unit: 'number' },
    { metric: 'ari', unit: 'number' },
  ],
}

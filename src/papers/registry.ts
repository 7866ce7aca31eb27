import { InklingError, nearest } from '../errors.ts'
import { bpnnSweep } from './dutta2022/bpnnSweep.ts'
import { autoencoders } from './dutta2022/compression.ts'
import { mnistBpnn, mnistCnn688k, mnistCnn688kRmsprop } from './dutta2022/digits.ts'
import { type Experiment, PAPER_IDS } from './experiment.ts'
import { glyphCascade } from './fatov2024/cascade.ts'
import { glyphFrameworks } from './fatov2024/frameworks.ts'
import { mnistKnn } from './fatov2024/knn.ts'
import { glyphCnn, glyphLenet5, glyphLinear, glyphMlp, glyphSubCnn } from './fatov2024/networks.ts'
import { glyphBatchSweep, glyphOptions, glyphSplitSweep, normalisationSweep } from './fatov2024/sweeps.ts'
import { cifarFast } from './li2024/cifarFast.ts'
import { digitsClustering } from './li2024/clustering.ts'
import { ecgLstm, ecgRnn, ecgRnnFixed } from './li2024/heartbeats.ts'
import { cifarCnn, cifarDensenet, cifarResnet } from './li2024/pictures.ts'
import { compareExperiments } from './mnistReport/compare.ts'
import { augmentationAblation, deeperNets, mnistLinear } from './mnistReport/nextSteps.ts'
import { depthStudy } from './xu2022/depthStudy.ts'
import { kaggleCnn } from './xu2022/kaggleCnn.ts'

/** Every experiment, paper by paper. */
export const experiments: readonly Experiment[] = [
  ...[cifarCnn, cifarResnet, cifarDensenet, cifarFast, ecgRnn, ecgLstm, ecgRnnFixed, digitsClustering],
  ...[kaggleCnn, depthStudy],
  ...[mnistCnn688k, mnistCnn688kRmsprop, mnistBpnn, bpnnSweep, ...autoencoders],
  ...[glyphLinear, glyphBatchSweep, glyphSplitSweep, glyphMlp, glyphCnn, glyphLenet5, glyphSubCnn, glyphCascade],
  ...[normalisationSweep, glyphOptions, glyphFrameworks, mnistLinear, mnistKnn],
  ...[...compareExperiments, ...deeperNets, augmentationAblation],
]

/** What a name stands for: an experiment, all of a paper, or without a name all of them. */
export function findExperiments(name: string | undefined): readonly Experiment[] {
  if (name === undefined) return experiments
  const found = experiments.filter(({ id, paper }) => id === name || paper === name)
  if (found.length > 0) return found
  const near = nearest(name, [...PAPER_IDS, ...experiments.map(e => e.id)])
  throw new InklingError(`no paper or experiment is called "${name}"`, {
    exitCode: 2,
    hint: near ? `Did you mean ${near}?` : 'See: inkling reproduce --list',
  })
}

import { findModel } from '../zoo/index.ts'
import type { Experiment, Finished, PaperId, RecipeKind } from './experiment.ts'
import { type Look, NOT_YET, type Which } from './look.ts'
import { noiseBetween } from './noise.ts'
import { verdict } from './verdict.ts'

/** Zeros and Os in the test tenth of the glyphs, half of them each. */
const OVALS = 400

/** A claim of a paper, and what was found of it. */
interface Claim {
  claim: string
  paper: PaperId
  found(look: Look, experiments: readonly Experiment[]): string
}

/** The training with the most digits of MNIST. */
const largest = (all: readonly Finished[]): Finished | undefined =>
  all
    .filter(({ data, details }) => data?.name === 'mnist' && details?.classCounts)
    .sort((a, b) => (b.data?.counts.train ?? 0) - (a.data?.counts.train ?? 0))[0]

/** Average against max pools, by both recipes in both framings. */
function pools({ percent, value }: Look): string {
  const verdicts = new Set<string>()
  const told = (recipe: RecipeKind) =>
    (['paper', 'honest'] as const)
      .map(framing => {
        const which = (metric: string, pool: string): Which => [
          ...(['glyph-cnn', metric] as const),
          { variant: `${framing}-framing-${pool}`, recipe },
        ]
        const of = (pool: string) =>
          `${percent(...which('zeroReadAsO', pool))} and ${percent(...which('oReadAsZero', pool))}`
        const mixedUp = (pool: string) => {
          const [zeros, ohs] = ['zeroReadAsO', 'oReadAsZero'].map(metric => value(...which(metric, pool)))
          return zeros === undefined || ohs === undefined ? undefined : (zeros + ohs) / 2
        }
        const [max, average] = [mixedUp('max'), mixedUp('average')]
        const share = (mean = 0) => ({ runs: [{ seed: 0, value: mean, testPart: undefined }], examples: OVALS })
        const words = { more: 'yes', less: 'no', same: `no difference that ${OVALS} of them could show` }
        const so = verdict(max, average, words, noiseBetween(share(max), share(average)))
        if (so) verdicts.add(so)
        const where = framing === 'paper' ? 'in the paper’s framing' : 'framed alike'
        return `${where} ${of('average')} with average, ${of('max')} with max pools${so && ` (${so})`}`
      })
      .join('; ')
  const [paper, inkling] = [told('paper'), told('inkling')]
  const lead = verdicts.size > 1 && verdicts.has('yes') ? 'Not always. ' : ''
  return `${lead}Zeros read as O and Os read as 0, by the paper’s recipe: ${paper}. By Inkling’s, on moved pictures: ${inkling}.`
}

export const claims: readonly Claim[] = [
  {
    claim: 'MNIST’s classes are "evenly represented"',
    paper: 'mnist-report',
    found(look, experiments) {
      const whole = largest(experiments.flatMap(({ id }) => look.finished(id)))
      const counts = whole?.details?.classCounts as number[] | undefined
      if (!counts) return NOT_YET
      const all = counts.reduce((a, b) => a + b, 0)
      const share = (n: number) => `${((100 * n) / all).toFixed(1)} %`
      const [least, most] = [Math.min(...counts), Math.max(...counts)]
      return `Roughly: ${counts.indexOf(least)} has ${least} of ${all} training digits (${share(least)}), ${counts.indexOf(most)} has ${most} (${share(most)}), a quarter more.`
    },
  },
  {
    claim: 'each element of an MNIST picture "is binary"',
    paper: 'dutta-2022',
    found: ({ percent }) =>
      `No: they are bytes. ${percent('mnist-linear', 'greyShare')} of the pixels that hold ink are more than a tenth away from black and from white.`,
  },
  {
    claim: '"ResNet and DenseNet ... 89.8 % and 81.5 %, respectively" (abstract)',
    paper: 'li-2024',
    found: ({ percent }) =>
      `A slip: 81.5 % is the plain CNN’s, in its own table the DenseNet has 85.35 %. Here by Inkling’s recipes: ResNet ${percent('cifar-resnet', 'accuracy', { variant: 'printed-order' })}, DenseNet ${percent('cifar-densenet', 'accuracy', { variant: 'growth-32' })}, CNN ${percent('cifar-cnn', 'accuracy', { recipe: 'inkling' })}; by the paper’s the CNN has ${percent('cifar-cnn', 'accuracy', { recipe: 'paper' })}.`,
  },
  {
    claim: '"ResNet outperformed the Baseline RNN"',
    paper: 'li-2024',
    found: () =>
      'They did different tasks: the ResNet read pictures of CIFAR-10, the RNN segments of heartbeats. Nothing can be compared.',
  },
  {
    claim: 'Inception-v1 has "5 M" parameters',
    paper: 'xu-2022',
    found() {
      const { total } = findModel('inception-v1').parameters
      return `${total.toLocaleString('en-US')} with its auxiliary heads, which only training uses, and biases (\`inkling models inception-v1\`); without them about 7 million. Its source says "12 times fewer" than the 60 million of the net before it, which would be 5.`
    },
  },
  {
    claim: 'areas of "1.0" below the ROC curves: CNN, RNN and MLP are equally good',
    paper: 'mnist-report',
    found: ({ number, percent }) =>
      `No. The areas are ${['cnn', 'rnn', 'mlp'].map(k => number(`compare-${k}`, 'rocAuc')).join(', ')}; the accuracies ${['cnn', 'rnn', 'mlp'].map(k => percent(`compare-${k}`, 'accuracy')).join(', ')}: with ten well-parted classes the area is close to 1 long before the answers are right.`,
  },
  {
    claim: 'the batch size changes only the speed',
    paper: 'fatov-2024',
    found: ({ percent, number, value }) => {
      const of = (variant: string) => percent('glyph-batch-sweep', 'accuracy', { variant })
      const speed = (variant: string) => number('glyph-batch-sweep', 'examplesPerSecond', { variant })
      const gap = (least: string, most: string) => {
        const [a, b] = [least, most].map(variant => value('glyph-batch-sweep', 'accuracy', { variant }))
        return a === undefined || b === undefined ? undefined : Math.abs(a - b)
      }
      const fixed = verdict(gap('batch-32', 'batch-2048'), 0.01, {
        more: 'Not at a fixed rate and number of epochs: ',
        less: 'Nearly, even at a fixed rate: ',
      })
      const scaled = verdict(gap('batch-32-scaled-rate', 'batch-2048-scaled-rate'), 0.01, {
        more: ', which does not make them the same either',
        less: ', which makes them nearly the same',
      })
      return `${fixed}the linear model has ${of('batch-32')} with batches of 32 and ${of('batch-2048')} with 2,048, which takes 64 times fewer steps, at ${speed('batch-32')} and ${speed('batch-2048')} pictures a second. With a rate in proportion to the root of the batch it is ${of('batch-32-scaled-rate')} and ${of('batch-2048-scaled-rate')}${scaled}.`
    },
  },
  {
    claim: 'average pooling confuses 0 and O less than max pooling',
    paper: 'fatov-2024',
    found: pools,
  },
  {
    claim: 'a validation loss below the training loss means no overfitting',
    paper: 'xu-2022',
    found: ({ number, value }) => {
      const order = verdict(value('kaggle-cnn', 'validationLoss'), value('kaggle-cnn', 'trainLossAtRest'), {
        more: 'No: it is below for another reason, and what was learned from is known better than what was held out. ',
        less: 'Here it is true, but not for that reason: ',
      })
      return `${order}Dropout and augmentation raise the training loss while it is measured (${number('kaggle-cnn', 'trainingLoss')} in the last epoch). Without them the same weights have ${number('kaggle-cnn', 'trainLossAtRest')} on the training digits against ${number('kaggle-cnn', 'validationLoss')} on the held-out ones.`
    },
  },
]

import { findModel } from '../zoo/index.ts'
import type { Experiment, Finished, PaperId, RecipeKind } from './experiment.ts'
import { type Look, NOT_YET } from './look.ts'
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

/** What average and max pools have of zeros read as O and Os read as 0, and whether the average ones have less. */
function poolsOf({ percent, value }: Look, framing: 'paper' | 'honest', recipe: RecipeKind) {
  const of = (pool: 'average' | 'max') => {
    const which = { variant: `${framing}-framing-${pool}`, recipe }
    const [zeros, ohs] = (['zeroReadAsO', 'oReadAsZero'] as const).map(metric => ({
      text: percent('glyph-cnn', metric, which),
      share: value('glyph-cnn', metric, which),
    }))
    const mean = zeros.share === undefined || ohs.share === undefined ? undefined : (zeros.share + ohs.share) / 2
    return { text: `${zeros.text} and ${ohs.text}`, mean }
  }
  const [average, max] = [of('average'), of('max')]
  const words = { more: 'yes', less: 'no', same: `no difference that ${OVALS} of them could show` }
  const share = (mean = 0) => ({ runs: [{ seed: 0, value: mean, testPart: undefined }], examples: OVALS })
  const answer = verdict(max.mean, average.mean, words, noiseBetween(share(max.mean), share(average.mean)))
  const text = `${average.text} with average, ${max.text} with max pools${answer && ` (${answer})`}`
  return { text, answer }
}

/** Average against max pools, by both recipes in both framings. */
function pools(look: Look): string {
  const [paper, alike, movedPaper, movedAlike] = (['paper', 'inkling'] as const).flatMap(recipe =>
    (['paper', 'honest'] as const).map(framing => poolsOf(look, framing, recipe)),
  )
  const answers = new Set([paper, alike, movedPaper, movedAlike].flatMap(({ answer }) => answer || []))
  const lead = answers.size > 1 && answers.has('yes') ? 'Not always. ' : ''
  return (
    `${lead}Zeros read as O and Os read as 0, by the paper’s recipe: in the paper’s framing ${paper.text}; framed alike ${alike.text}. ` +
    `By Inkling’s, on moved pictures: in the paper’s framing ${movedPaper.text}; framed alike ${movedAlike.text}.`
  )
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

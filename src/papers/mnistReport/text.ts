import { findModel } from '../../zoo/index.ts'
import type { Look, PaperText } from '../look.ts'
import type { Words } from '../verdict.ts'

const NAMES = { cnn: 'CNN', rnn: 'RNN', mlp: 'MLP' }
type Kind = keyof typeof NAMES
const KINDS = Object.keys(NAMES) as Kind[]

/** The one that makes the fewest errors, and what it and the others cost: from what was measured. */
function recommendation({ value, finished }: Look): string {
  const nets = KINDS.flatMap(kind => {
    const accuracy = value(`compare-${kind}`, 'accuracy')
    const trials = finished(`compare-${kind}`).filter(f => f.recipe === 'inkling')
    if (accuracy === undefined) return []
    const seconds = Math.min(...trials.map(f => f.seconds))
    const { total } = findModel(`compare-${kind}`).parameters
    return [{ kind, errors: Math.round(10_000 * (1 - accuracy)), seconds, total }]
  }).sort((a, b) => a.errors - b.errors)
  if (nets.length < KINDS.length) return 'It waits for the figures of all three.'
  const list = nets.map(
    ({ kind, errors, seconds, total }) =>
      `${NAMES[kind]} ${errors} errors in 10,000 with ${total.toLocaleString('en-US')} parameters after ${Math.round(seconds)} s of training`,
  )
  const [best, ...others] = nets
  const quickest = [...nets].sort((a, b) => a.seconds - b.seconds)[0]
  const smallest = [...nets].sort((a, b) => a.total - b.total)[0]
  const reasons = [
    `The ${NAMES[best.kind]} for pictures: the next best errs ${(others[0].errors / best.errors).toFixed(1)} times as often.`,
    quickest === best ? '' : `The ${NAMES[quickest.kind]} where the time to train counts most.`,
    smallest === best || smallest === quickest
      ? ''
      : `The ${NAMES[smallest.kind]} where the size of the file does, or the input is a sequence of unknown length.`,
  ]
  return `${list.join(', ')}. ${reasons.filter(Boolean).join(' ')}`
}

export const text: PaperText = {
  id: 'mnist-report',
  title: 'Mnist Images Analysis Report: CNN, RNN and MLP side by side',
  text(look) {
    const { percent, number, compare } = look
    const changed = (variant: string) => percent('augmentation-ablation', 'accuracy', { variant })
    const flipped = (variant: string, without: string, words: Words) =>
      compare(
        ['augmentation-ablation', 'accuracy', { variant }],
        ['augmentation-ablation', 'accuracy', { variant: without }],
        words,
      )
    const alone = flipped('flips', 'none', { more: ', more than without', less: ', less than without', same: '' })
    const added = flipped('all', 'rotation-zoom-shift', {
      more: ': against what xu-2022 says, flips do not harm here',
      less: ': a mirrored digit is no digit, and xu-2022, which forbids flips, is right',
      same: ': flips make no difference here, though xu-2022 forbids them',
    })
    return `
**What it did.** A CNN, an RNN over the rows and an MLP on MNIST, five epochs of Adam each; it recommends the CNN and names next steps: deeper nets,
hybrids, augmentation, larger data, tuning.

**What we got.** CNN ${percent('compare-cnn', 'accuracy')}, RNN ${percent('compare-rnn', 'accuracy')}, MLP
${percent('compare-mlp', 'accuracy')} in one cycle up to a rate of 3e-3; at Adam's usual constant rate of 1e-3
${percent('compare-cnn', 'accuracy', { recipe: 'paper' })}, ${percent('compare-rnn', 'accuracy', { recipe: 'paper' })} and
${percent('compare-mlp', 'accuracy', { recipe: 'paper' })}.

**Where we differ, and why.** The paper gives one run each and no batch, rate, kernel or width; ours are in the rows' files, over three
seeds. No rate is named: Adam's usual one and the cycle both stand in the rows, with their spreads. Equal areas
below the ROC curve ("about 1.0") do not make the three equal: an area of ${number('compare-rnn', 'rocAuc')} goes with an
accuracy of ${percent('compare-rnn', 'accuracy')}, one of ${number('compare-cnn', 'rocAuc')} with
${percent('compare-cnn', 'accuracy')}.

**Its next steps.** Residual net ${percent('mnist-resnet', 'accuracy')}, VGG-16 ${percent('mnist-vgg', 'accuracy')}, CNN with LSTM
${percent('mnist-hybrid', 'accuracy')}, five epochs each. Augmentation, eight epochs: without any ${changed('none')}, gentle rotation, zoom
and shift ${changed('gentle')}, strong ${changed('rotation-zoom-shift')}, flips alone ${changed('flips')}${alone}, flips added to the strong ones ${changed('all')}${added}. Larger data is
li-2024's CIFAR-10, and any folder of pictures (\`inkling train ./folder\`); tuning is \`inkling sweep\`.

**Recommendation, with reasons.** ${recommendation(look)}
`
  },
}

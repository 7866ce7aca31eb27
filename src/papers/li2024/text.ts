import { NOT_YET, type PaperText, type Where, type Which } from '../look.ts'
import { verdict } from '../verdict.ts'

/** S beats of DS2. */
const S_BEATS = 1837

export const text: PaperText = {
  id: 'li-2024',
  title: 'Implement the Classification and Clustering Algorithms to Handwritten Digit Identification (Li et al. 2024)',
  text({ percent, percentAndSpread, number, value, compare, finished }) {
    const epochs = ['cifar-resnet', 'cifar-densenet'].flatMap(id =>
      finished(id).flatMap(f => (f.recipe === 'inkling' && f.epochs) || []),
    )
    const fewer =
      epochs.length > 0 ? [...new Set([Math.min(...epochs), Math.max(...epochs)])].join(' to ') : 'far fewer'
    const [fast] = finished('cifar-fast')
    const took = fast
      ? `, after ${Math.round(fast.seconds / 60)} minutes of training (${fast.environment.backend})`
      : ''
    const sure = 'reading-a-random'
    const epochsOf = (variant: string) => finished('ecg-lstm').find(f => f.variant === variant)?.epochs ?? NOT_YET
    const cycled = (variant: string) => ({ variant, recipe: 'inkling' }) as const
    const also = (id: string, variant: string, how: string) =>
      value(id, 'accuracy', { variant }) === undefined ? '' : ` and ${percent(id, 'accuracy', { variant })} ${how}`
    const twoLeads = { variant: 'reading-a-random-two-leads' } as const
    const secondLead =
      value('ecg-lstm', 'sensitivity', twoLeads) === undefined
        ? ''
        : ` With a second lead the LSTM has ${percent('ecg-lstm', 'sensitivity', twoLeads)} at ${percent('ecg-lstm', 'specificity', twoLeads)}.`
    const area = (id: string, which: Where) => value(id, 'rocAuc', which)
    const rate = verdict(
      area('ecg-rnn', cycled(sure)),
      area('ecg-rnn', { variant: sure, recipe: 'paper' }),
      {
        more: ' So it was the rate, or that gradients were not clipped (which of the two is not measured)',
        less: '',
        same: '',
      },
      0.1,
    )
    const weights = verdict(
      area('ecg-rnn-fixed', { variant: sure }),
      area('ecg-rnn', cycled(sure)),
      { more: '', less: '', same: ', and hardly the first weights' },
      0.02,
    )
    const remedy = rate && `${rate}${weights}.`
    const found = (variant: string): Which => ['ecg-lstm', 'Se S', { variant }]
    const early = compare(
      found('intervals-patients'),
      found('aami-patients'),
      {
        more: 'more: that a beat came early is seen in its distance to the one before, not in its shape',
        less: 'less, though that distance is what cardiologists go by',
        same: 'which three seeds cannot tell apart',
      },
      S_BEATS,
    )
    return `
**What it did.** Three networks on CIFAR-10 (a plain CNN, a small ResNet, a DenseNet) with crops, flips and standardised channels, 50 epochs
at a rate of 1e-3; and two recurrent networks on segments of 100 samples of the MIT-BIH Arrhythmia Database. Despite its title it groups
no digits.

**What we got.** CNN ${percent('cifar-cnn', 'accuracy', { recipe: 'inkling' })} (by the paper's own recipe
${percent('cifar-cnn', 'accuracy', { recipe: 'paper' })}), ResNet ${percent('cifar-resnet', 'accuracy', { variant: 'printed-order' })}
with the ReLU before the first normalisation as printed${also('cifar-resnet', 'usual-order', 'with the usual order (in half the epochs)')},
DenseNet ${percent('cifar-densenet', 'accuracy', { variant: 'growth-32' })} with growth 32${also('cifar-densenet', 'growth-12', 'with growth 12')}. The two large nets are trained by one cycle of SGD in ${fewer}
epochs instead of 50. Beyond the paper, a net of six convolutions behind a whitening one (\`cifar-fast\`) reads
${percent('cifar-fast', 'accuracy')}, and ${percent('cifar-fast', 'accuracyViews')} as the mean over several views of a picture${took}. On heartbeats, reading (a), the LSTM finds ${percent('ecg-lstm', 'sensitivity', { variant: sure })}
of the abnormal segments at a specificity of ${percent('ecg-lstm', 'specificity', { variant: sure })}, the RNN
${percent('ecg-rnn', 'sensitivity', cycled(sure))} at ${percent('ecg-rnn', 'specificity', cycled(sure))}; reading (b) gives
${percent('ecg-lstm', 'sensitivity', { variant: 'reading-b-random' })} at
${percent('ecg-lstm', 'specificity', { variant: 'reading-b-random' })} and
${percent('ecg-rnn', 'sensitivity', cycled('reading-b-random'))} at
${percent('ecg-rnn', 'specificity', cycled('reading-b-random'))}.${secondLead}

**Where we differ, and why.** The paper leaves the widths of the CNN and the growth of the DenseNet open; ours are in the rows' files. The paper
does not say which two classes its heartbeats have. Its own figures give the share of positives,
(specificity - accuracy) / (specificity - sensitivity), about 4 %: nearest is reading (a), all segments, AAMI-abnormal against the rest
without paced records (3.7 %). Reading (b), segments that hold a beat, N against not N, stands beside it. With so few positives an accuracy
of 94 % is below that of always saying "normal" (${percent('ecg-lstm', 'majority', { variant: sure })}); so both sensitivity
and specificity must be reached, at one threshold, chosen on held-out training examples. The printed F1 of the RNN ("00") is a misprint,
that of the LSTM can only be the weighted one.

**Patients never seen.** Its random split puts every patient on both sides. On patients never seen (DS1 against DS2) the LSTM has an area
below the ROC curve of ${number('ecg-lstm', 'rocAuc', { variant: 'reading-a-patients' })} (the best epoch of ${epochsOf('reading-a-patients')} by a
held-out tenth: it soon knows the patients it learns from by heart), where the random split has
${number('ecg-lstm', 'rocAuc', { variant: sure })} after ${epochsOf(sure)}. In the five AAMI classes its sensitivity for S beats is
${percentAndSpread('ecg-lstm', 'Se S', { variant: 'aami-patients' })}; a small net that sees four R-R intervals and no signal finds
${percentAndSpread('ecg-lstm', 'Se S', { variant: 'intervals-patients' })}${early && `, ${early}`}. Three quarters of the S beats there are one patient's (232) and nine
tenths of the F beats another's (213): the scores of each record are in the figures \`aami-patients-records\`.

**The remedy that its conclusion asks for.** The RNN "did not converge": by the paper's settings the area below its ROC curve is
${number('ecg-rnn', 'rocAuc', { variant: sure, recipe: 'paper' })}, where guessing has 0.5. A fifth of the rate in one cycle and
clipped gradients make it ${number('ecg-rnn', 'rocAuc', cycled(sure))}; the paper's 50 epochs at that rate, with orthogonal recurrent
weights (\`ecg-rnn-fixed\`), ${number('ecg-rnn-fixed', 'rocAuc', { variant: sure })}.${remedy}

**The clustering of its title.** k-means on pixels of test digits has a purity of
${percent('digits-clustering', 'purity', { variant: 'kmeans-pixels' })}; on what a CNN makes of them
${percent('digits-clustering', 'purity', { variant: 'kmeans-features' })} (mini-batch k-means
${percent('digits-clustering', 'purity', { variant: 'minibatch-pixels' })} and
${percent('digits-clustering', 'purity', { variant: 'minibatch-features' })}).
`
  },
}

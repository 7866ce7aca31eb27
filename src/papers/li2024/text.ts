import type { PaperText } from '../papers.ts'

export const text: PaperText = {
  id: 'li-2024',
  title: 'Implement the Classification and Clustering Algorithms to Handwritten Digit Identification (Li et al. 2024)',
  text: ({ percent, number }) => `
**What it did.** Three networks on CIFAR-10 (a plain CNN, a small ResNet, a DenseNet) with crops, flips and standardised channels, 50 epochs
at a rate of 1e-3; and two recurrent networks on segments of 100 samples of the MIT-BIH Arrhythmia Database. Despite its title it groups
no digits.

**What we got.** CNN ${percent('cifar-cnn', 'accuracy', { recipe: 'inkling' })} (by the paper's own recipe
${percent('cifar-cnn', 'accuracy', { recipe: 'paper' })}), ResNet ${percent('cifar-resnet', 'accuracy', { variant: 'printed-order' })}
with the ReLU before the first normalisation as printed and ${percent('cifar-resnet', 'accuracy', { variant: 'usual-order' })} with the
usual order (fewer epochs), DenseNet ${percent('cifar-densenet', 'accuracy', { variant: 'growth-32' })} with growth 32 and
${percent('cifar-densenet', 'accuracy', { variant: 'growth-12' })} with growth 12. The large nets are trained with one cycle of SGD in far
fewer than 50 epochs. On heartbeats, reading (a), the LSTM finds ${percent('ecg-lstm', 'sensitivity', { variant: 'reading-a-random' })} of
the abnormal segments at a specificity of ${percent('ecg-lstm', 'specificity', { variant: 'reading-a-random' })}, the RNN
${percent('ecg-rnn', 'sensitivity', { variant: 'reading-a-random' })} at
${percent('ecg-rnn', 'specificity', { variant: 'reading-a-random' })}.

**Where we differ, and why.** The paper does not say which two classes its heartbeats have. Its own figures give the share of positives,
(specificity - accuracy) / (specificity - sensitivity), about 4 %: nearest is reading (a), all segments, AAMI-abnormal against the rest
without paced records (3.7 %). Reading (b), segments that hold a beat, N against not N, stands beside it. With so few positives an accuracy
of 94 % is below that of always saying "normal" (${percent('ecg-lstm', 'majority', { variant: 'reading-a-random' })}); so both sensitivity
and specificity must be reached, at a threshold chosen on held-out training examples. Its random split puts every patient on both sides. On
patients never seen (DS1 against DS2) the same LSTM has an area below the ROC curve of
${number('ecg-lstm', 'rocAuc', { variant: 'reading-a-patients' })} in place of
${number('ecg-lstm', 'rocAuc', { variant: 'reading-a-random' })}; in the five AAMI classes its sensitivity for S beats is
${percent('ecg-lstm', 'Se S', { variant: 'aami-patients' })}, since a window of 0.28 s does not show that a beat came early: a small net that
sees four R-R intervals and no signal finds ${percent('ecg-lstm', 'Se S', { variant: 'intervals-patients' })}. The printed F1 of the RNN
("00") is a misprint, that of the LSTM can only be the weighted one. The RNN "did not converge": with orthogonal recurrent weights, clipped
gradients and a fifth of the rate (\`ecg-rnn-fixed\`) the same layers reach an area of
${number('ecg-rnn-fixed', 'rocAuc', { variant: 'reading-a-random' })} in place of
${number('ecg-rnn', 'rocAuc', { variant: 'reading-a-random' })}.

**The clustering of its title.** k-means on pixels of test digits has a purity of
${percent('digits-clustering', 'purity', { variant: 'kmeans-pixels' })}; on what a CNN makes of them
${percent('digits-clustering', 'purity', { variant: 'kmeans-features' })}.
`,
}

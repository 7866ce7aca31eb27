import type { PaperText } from '../papers.ts'

export const text: PaperText = {
  id: 'mnist-report',
  title: 'Mnist Images Analysis Report: CNN, RNN and MLP side by side',
  text: ({ percent, number }) => `
**What it did.** A CNN, an RNN over the rows and an MLP on MNIST, five epochs of Adam each; it recommends the CNN and names next steps: deeper nets,
hybrids, augmentation, larger data, tuning.

**What we got.** CNN ${percent('compare-cnn', 'accuracy', { variant: '' })}, RNN ${percent('compare-rnn', 'accuracy', { variant: '' })}, MLP
${percent('compare-mlp', 'accuracy', { variant: '' })}; with a constant rate of 1e-3, the other reading of its silence,
${percent('compare-cnn', 'accuracy', { variant: 'constant-rate' })}, ${percent('compare-rnn', 'accuracy', { variant: 'constant-rate' })} and
${percent('compare-mlp', 'accuracy', { variant: 'constant-rate' })}.

**Where we differ, and why.** The figures are of single runs of five epochs: the schedule of the rate moves them by more than the seed does. The
paper gives no batch, rate, kernel or width; ours are in the rows' files. Equal areas below the ROC curve ("about 1.0") do not make the three
equal: an area of ${number('compare-mlp', 'rocAuc', { variant: '' })} goes with an accuracy of
${percent('compare-mlp', 'accuracy', { variant: '' })}, one of ${number('compare-cnn', 'rocAuc', { variant: '' })} with
${percent('compare-cnn', 'accuracy', { variant: '' })}.

**Its next steps.** Residual net ${percent('mnist-resnet', 'accuracy')}, VGG-16 ${percent('mnist-vgg', 'accuracy')}, CNN with LSTM
${percent('mnist-hybrid', 'accuracy')}, five epochs each. Augmentation, eight epochs: without any
${percent('augmentation-ablation', 'accuracy', { variant: 'none' })}, gentle rotation, zoom and shift
${percent('augmentation-ablation', 'accuracy', { variant: 'gentle' })}, strong
${percent('augmentation-ablation', 'accuracy', { variant: 'rotation-zoom-shift' })}, flips
${percent('augmentation-ablation', 'accuracy', { variant: 'flips' })}: a mirrored digit is no digit, and xu-2022, which forbids flips, is right.

**Recommendation.** The CNN: it has the fewest errors for its parameters, reads shifted digits, and is the cheapest of the three per right answer
on a machine that multiplies fast. The MLP where only speed counts; the RNN only where the input is a sequence.
`,
}

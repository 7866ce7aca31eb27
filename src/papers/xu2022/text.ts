import { level, NOT_YET, type PaperText } from '../look.ts'
import { verdict } from '../verdict.ts'

const COLUMNS = { 'vgg-a': 'A', 'vgg-b': 'B', vgg: 'D', 'vgg-e': 'E', resnet: 'the residual net' }

export const text: PaperText = {
  id: 'xu-2022',
  title: 'Classify Handwritten Digit Images by Convolutional Neural Network (Xu 2022)',
  text({ percent, number, value, compare, confusions, best, finished }) {
    const depth = (variant: keyof typeof COLUMNS) => percent('depth-study', 'accuracy', { variant })
    const below =
      verdict(value('kaggle-cnn', 'belowTraining'), 1, {
        more: '',
        less: `${percent('kaggle-cnn', 'belowTraining')} of the epochs, not in all as the paper shows`,
        same: 'all epochs, as the paper shows',
      }) || NOT_YET
    const epochs = finished('kaggle-cnn').flatMap(f => (f.recipe === 'paper' && f.metrics.bestEpoch) || [])
    const bestEpochs = epochs.length === 0 ? '' : `in epochs ${Math.min(...epochs)} to ${Math.max(...epochs)} `
    const winners = best('depth-study', 'accuracy', Object.keys(COLUMNS))
    const deepest = compare(
      ['depth-study', 'accuracy', { variant: 'vgg-e' }],
      ['depth-study', 'accuracy', { variant: 'vgg-a' }],
      {
        more: 'Depth helps here',
        less: 'Depth alone does not help in so few epochs',
        same: 'For digits depth makes no difference worth the name',
      },
    )
    const [first, ...others] = winners.map(variant => COLUMNS[variant as keyof typeof COLUMNS])
    return `
**What it did.** A CNN of 1,630,090 parameters in Keras on Kaggle's digit-recognizer: 42,000 digits, a fifth held out at random, RMSprop with
a rate that is lowered on a plateau, pictures turned by 15 degrees, zoomed and shifted by 15 %, 20 epochs. It describes LeNet-5, VGG-16,
Inception-v1 and ResNet-50 and names the influence of depth as its next step.

**What we got.** By the paper's recipe ${percent('kaggle-cnn', 'accuracy')} of the held-out digits after the last epoch, at best
${percent('kaggle-cnn', 'best')} ${bestEpochs}(the paper: about 99 %, stable after 13 epochs). The validation
loss is below the training loss in ${below}. The paper names 2 as 7 and 9 as 4 as its main
confusions; here (first seed) they are ${confusions('kaggle-cnn', 4)}, of 8,400 digits.

**Where we differ, and why.** Where Kaggle's file is not at hand 42,000 digits are drawn from MNIST's 60,000, which Kaggle's file was
made from; all 28,000 of Kaggle's test digits are in MNIST too, so no figure is given for them. The paper is silent on dropout rates, batch,
rate and the plateau; what was taken is in the row's file, chosen by the held-out digits of the first seed (0.06 points above a first guess).
Other seeds hold out others. That the validation loss is lower does not mean that nothing is learned by heart:
the training loss is measured with dropout and on changed pictures. The same weights without either have a loss of
${number('kaggle-cnn', 'trainLossAtRest')} on the training digits and ${number('kaggle-cnn', 'validationLoss')} on the held-out ones.

**Depth.** After three epochs at a quarter of their width the VGG columns A, B, D and E read ${depth('vgg-a')}, ${depth('vgg-b')},
${depth('vgg')} and ${depth('vgg-e')} of MNIST's test digits, a residual net of 18 layers ${depth('resnet')}.
${deepest && `${deepest}; the best is ${first}${level(others)}.`} They have batch normalisation, which the originals lack: there the deep columns were started from
the weights of column A. All architectures that it describes are in \`inkling models\`, at their own sizes, with their parameter counts held
by tests.
`
  },
}

import type { PaperText } from '../papers.ts'

export const text: PaperText = {
  id: 'xu-2022',
  title: 'Classify Handwritten Digit Images by Convolutional Neural Network (Xu 2022)',
  text: ({ percent, number }) => `
**What it did.** A CNN of 1,630,090 parameters in Keras on Kaggle's digit-recognizer: 42,000 digits, a fifth held out at random, RMSprop with
a rate that is lowered on a plateau, pictures turned by 15 degrees, zoomed and shifted by 15 %, 20 epochs. It describes LeNet-5, VGG-16,
Inception-v1 and ResNet-50 and names the influence of depth as its next step.

**What we got.** By the paper's recipe ${percent('kaggle-cnn', 'accuracy')} of the held-out digits after the last epoch, at best
${percent('kaggle-cnn', 'best')} in epoch ${number('kaggle-cnn', 'bestEpoch')}. The validation loss is below the training loss in
${percent('kaggle-cnn', 'belowTraining')} of the epochs, as the paper shows.

**Where we differ, and why.** Where Kaggle's file is not at hand 42,000 digits are drawn from MNIST's 60,000, which Kaggle's file was
made from; all 28,000 of Kaggle's test digits are in MNIST too, so no figure is given for them. The paper is silent on dropout rates, batch,
rate and the plateau: Keras' defaults were taken. That the validation loss is lower does not mean that nothing is learned by heart: the
training loss is measured with dropout and on changed pictures. The same weights without either have a loss of
${number('kaggle-cnn', 'trainLossAtRest')} on the training digits and ${number('kaggle-cnn', 'validationLoss')} on the held-out ones.

**Depth.** After three epochs at a quarter of their width the VGG columns A, B, D and E read
${percent('depth-study', 'accuracy', { variant: 'vgg-a' })}, ${percent('depth-study', 'accuracy', { variant: 'vgg-b' })},
${percent('depth-study', 'accuracy', { variant: 'vgg' })} and ${percent('depth-study', 'accuracy', { variant: 'vgg-e' })} of MNIST's test
digits, a residual net of 18 layers ${percent('depth-study', 'accuracy', { variant: 'resnet' })}. They have batch normalisation, without which
the deep columns do not start to learn (the source starts them from the weights of column A). All architectures that it describes are in
\`inkling models\`, with their parameter counts held by tests.
`,
}

import type { PaperText } from '../papers.ts'

export const text: PaperText = {
  id: 'dutta-2022',
  title: 'Applying CNN and Autoencoders on MNIST Dataset (Dutta 2022)',
  text: ({ percent, number }) => `
**What it did.** A CNN of 688,234 parameters with batch normalisation on MNIST, 60 epochs of batch 32, Adam against RMSprop, digits turned by
10 degrees; a back-propagation net with one hidden layer; autoencoders, dense and convolutional, as compression of pictures.

**What we got.** The CNN reads ${percent('mnist-cnn-688k', 'accuracy', { recipe: 'paper' })} by the paper's recipe with Adam and
${percent('mnist-cnn-688k-rmsprop', 'accuracy')} with RMSprop; in 15 epochs of one cycle on moved, zoomed and turned digits
${percent('mnist-cnn-688k', 'accuracy', { recipe: 'inkling' })}. The back-propagation net 784-300-10 reads
${percent('mnist-bpnn', 'accuracy', { recipe: 'paper' })}, and ${percent('mnist-bpnn', 'accuracy', { recipe: 'inkling' })} when the digits
are bent and moved while it learns.

**Where we differ, and why.** Two results are printed, both "with Adam", right after "we tried Adam and RMSProp": the second is read as
RMSprop's. If its 98.94 % is that of the back-propagation net, it is more than nets of this shape reach on MNIST's digits as they are (about
98 %): our row says what it takes. The paper's dropout rates are not given (0.25 and 0.5 here).

**Compression.** The paper prints no figure. With a code of 32 numbers, a byte each, the dense autoencoder gives the test digits back with
${number('mnist-autoencoder', 'psnr', { variant: 'dense-32' })} dB (SSIM ${number('mnist-autoencoder', 'ssim', { variant: 'dense-32' })}), the
convolutional one with ${number('mnist-conv-autoencoder', 'psnr', { variant: 'conv-32' })} dB, 32 principal components with
${number('mnist-autoencoder', 'psnr', { variant: 'pca-32' })} dB. JPEG at quality 1 takes
${number('mnist-autoencoder', 'bytes', { variant: 'jpeg-q-1' })} bytes a digit for
${number('mnist-autoencoder', 'psnr', { variant: 'jpeg-q-1' })} dB: for pictures so small, a code that knows digits wins at equal size.
`,
}

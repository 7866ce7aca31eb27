import type { PaperText } from '../look.ts'
import { verdict } from '../verdict.ts'

const WIDTHS = [30, 100, 300, 1000]

export const text: PaperText = {
  id: 'dutta-2022',
  title: 'Applying CNN and Autoencoders on MNIST Dataset (Dutta 2022)',
  text({ percent, number, value, compare }) {
    const quality = (id: string, variant: string) => value(id, 'psnr', { variant })
    const nets = verdict(quality('mnist-conv-autoencoder', 'conv-32'), quality('mnist-autoencoder', 'jpeg-q-1'), {
      more: 'In so few bytes a code that knows digits gives more back than one that knows only pictures in general',
      less: 'JPEG gives more back, even at its lowest quality',
    })
    const decibels = (id: string, variant: string) =>
      `${number(id, 'psnr', { variant })} dB (SSIM ${number(id, 'ssim', { variant })})`
    const optimizers = compare(
      ['mnist-cnn-688k', 'accuracy', { recipe: 'paper' }],
      ['mnist-cnn-688k-rmsprop', 'accuracy', { recipe: 'paper' }],
      {
        more: 'Adam is ahead, as in the paper',
        less: 'RMSprop is ahead, unlike in the paper',
        same: 'the same within the noise of the test part, unlike in the paper (99.38 and 98.94 %)',
      },
    )
    return `
**What it did.** A CNN of 688,234 parameters with batch normalisation on MNIST, 60 epochs of batch 32, Adam against RMSprop, digits turned by
10 degrees; a back-propagation net with one hidden layer; autoencoders, dense and convolutional, as compression of pictures.

**What we got.** The CNN reads ${percent('mnist-cnn-688k', 'accuracy', { recipe: 'paper' })} by the paper's recipe with Adam and
${percent('mnist-cnn-688k-rmsprop', 'accuracy', { recipe: 'paper' })} with RMSprop${optimizers && `: ${optimizers}`}; in 15 epochs of one cycle on moved, zoomed and turned digits
${percent('mnist-cnn-688k', 'accuracy', { recipe: 'inkling' })} and
${percent('mnist-cnn-688k-rmsprop', 'accuracy', { recipe: 'inkling' })}. The back-propagation net 784-300-10 reads
${percent('mnist-bpnn', 'accuracy', { recipe: 'paper' })}, and ${percent('mnist-bpnn', 'accuracy', { recipe: 'inkling' })} when the digits
are bent and moved while it learns.

**What the back-propagation net depends on.** ${WIDTHS.map(n => `${percent('bpnn-sweep', 'accuracy', { variant: `hidden-${n}` })} with ${n} hidden units (${(n * 795 + 10).toLocaleString('en-US')} parameters)`).join(', ')};
with batches of 32 ${percent('bpnn-sweep', 'accuracy', { variant: 'batch-32' })}, of 2,048
${percent('bpnn-sweep', 'accuracy', { variant: 'batch-2048' })}; at a rate of 1e-4
${percent('bpnn-sweep', 'accuracy', { variant: 'rate-0.0001' })}, of 1e-2 ${percent('bpnn-sweep', 'accuracy', { variant: 'rate-0.01' })}.

**Where we differ, and why.** Two results are printed, both "with Adam", right after "we tried Adam and RMSProp": the second is read as
RMSprop's. If its 98.94 % is that of the back-propagation net, it is more than nets of this shape reach on MNIST's digits as they are (about
98 %): our row says what it takes. The paper's dropout rates are not given (0.25 and 0.5 here).

**Compression.** The paper prints no figure. With a code of 32 numbers, a byte each, the dense autoencoder gives the test digits back with
${number('mnist-autoencoder', 'psnr', { variant: 'dense-32' })} dB (SSIM ${number('mnist-autoencoder', 'ssim', { variant: 'dense-32' })}), the
convolutional one with ${number('mnist-conv-autoencoder', 'psnr', { variant: 'conv-32' })} dB, 32 principal components with
${number('mnist-autoencoder', 'psnr', { variant: 'pca-32' })} dB. JPEG at quality 1 takes
${number('mnist-autoencoder', 'bytes', { variant: 'jpeg-q-1' })} bytes a digit for
${number('mnist-autoencoder', 'psnr', { variant: 'jpeg-q-1' })} dB. ${nets && `${nets}.`} With 128 bytes the dense net has
${decibels('mnist-autoencoder', 'dense-128')}, the convolutional one ${decibels('mnist-conv-autoencoder', 'conv-128')}, JPEG at quality 30
${decibels('mnist-autoencoder', 'jpeg-q-30')} in ${number('mnist-autoencoder', 'bytes', { variant: 'jpeg-q-30' })}. The weights of the
decoders are not counted; the figure \`psnr\` has all over their sizes.
`
  },
}

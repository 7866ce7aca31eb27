import type { PaperText } from '../papers.ts'

export const text: PaperText = {
  id: 'fatov-2024',
  title: 'Recognition of handwritten digits and letters by Image Classification (Fatov 2024)',
  text: ({ percent, number }) => `
**What it did.** 36 classes from MNIST and A-Z, at most 2,000 pictures each, 62/28/10 %: one linear layer, a dense net, a CNN with average pools,
LeNet-5, and a second CNN that decides between O and 0 where the first says either.

**What we got** (the paper's framing, then the honest one): linear
${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-adam', recipe: 'paper' })} and
${percent('glyph-linear', 'accuracy', { variant: 'honest-framing-adam', recipe: 'paper' })}, with more and larger steps
${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-adam', recipe: 'inkling' })} and
${percent('glyph-linear', 'accuracy', { variant: 'honest-framing-adam', recipe: 'inkling' })}; dense net
${percent('glyph-mlp', 'accuracy', { variant: 'paper-framing-relu', recipe: 'paper' })} and
${percent('glyph-mlp', 'accuracy', { variant: 'honest-framing-relu', recipe: 'paper' })}; CNN
${percent('glyph-cnn', 'accuracy', { variant: 'paper-framing-average', recipe: 'paper' })} and
${percent('glyph-cnn', 'accuracy', { variant: 'honest-framing-average', recipe: 'paper' })}, on bent and moved pictures
${percent('glyph-cnn', 'accuracy', { variant: 'paper-framing-average', recipe: 'inkling' })} and
${percent('glyph-cnn', 'accuracy', { variant: 'honest-framing-average', recipe: 'inkling' })}; LeNet-5
${percent('glyph-lenet5', 'accuracy', { variant: 'paper-framing', recipe: 'inkling' })} and
${percent('glyph-lenet5', 'accuracy', { variant: 'honest-framing', recipe: 'inkling' })}; O against 0
${percent('glyph-sub-cnn', 'accuracy', { variant: 'paper-framing', recipe: 'inkling' })} and
${percent('glyph-sub-cnn', 'accuracy', { variant: 'honest-framing', recipe: 'inkling' })}; the cascade
${percent('glyph-cascade', 'accuracy', { variant: 'paper-framing', recipe: 'inkling' })} and
${percent('glyph-cascade', 'accuracy', { variant: 'honest-framing', recipe: 'inkling' })}.

**Where we differ, and why.** *The framing leaks.* MNIST centres its digits by mass, the letters are centred by their box: a network can tell 0
from O by where the ink lies. The difference between the two framings is what that is worth; only the honest one says something about
handwriting. *The letters* at hand (1,391 to 2,370 a class, NIST SD19 as the
paper's) are not the same pictures: many an I is a bare stroke like a 1, some are lower-case forms. A net of 1.6 million parameters
(\`kaggle-cnn\`) reads ${percent('glyph-cnn', 'accuracy', { variant: 'paper-framing-strong' })} and
${percent('glyph-cnn', 'accuracy', { variant: 'honest-framing-strong' })} of them: that is about what they allow. *The linear model* is held to
its 77 % by its loss: PyTorch's cross-entropy takes the sigmoids, values of 0 to 1, for logits. *Without ReLU* the dense net is a linear model
in three steps, yet it reaches ${percent('glyph-mlp', 'accuracy', { variant: 'paper-framing-linear', recipe: 'paper' })}, more than the paper's
69 % and more than the linear row, because its loss gets real logits. *The cascade* asks its second network where O and 0 together are likely,
not only where one of them is the top answer; the confusions of the two go from
${number('glyph-cascade', 'mixedUpMain', { variant: 'honest-framing', recipe: 'inkling' })} to
${number('glyph-cascade', 'mixedUp', { variant: 'honest-framing', recipe: 'inkling' })} examples. Where it is known that only letters may
stand, ${percent('glyph-cascade', 'inLetters', { variant: 'honest-framing', recipe: 'inkling' })} of the letters are read rightly, and
${percent('glyph-cascade', 'inDigits', { variant: 'honest-framing', recipe: 'inkling' })} of the digits among digits: context settles what
shapes cannot.

**LeCun 1995, as it cites it:** three neighbours err on ${percent('mnist-knn', 'error', { variant: 'k-3' })} of the test digits (2.4 % is
published, on other preprocessing), softmax regression on all but ${percent('mnist-linear', 'accuracy')}.
**PyTorch beside Inkling:** ${percent('glyph-frameworks', 'accuracy', { variant: 'pytorch' })} and
${percent('glyph-frameworks', 'accuracy', { variant: 'inkling' })} after ten epochs, at
${number('glyph-frameworks', 'examplesPerSecond', { variant: 'pytorch' })} and
${number('glyph-frameworks', 'examplesPerSecond', { variant: 'inkling' })} pictures a second.
`,
}

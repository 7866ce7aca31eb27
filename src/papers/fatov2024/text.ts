import { NORMALISATIONS, type Normalisation } from '../../data/normalise.ts'
import { type Look, level, NOT_YET, type PaperText, type Which } from '../look.ts'

const IN_WORDS: Readonly<Record<Normalisation, string>> = {
  binary: '0 or 1',
  unit: '0 to 1',
  signed: '-1 to 1',
  standardise: 'mean 0 and deviation 1',
}

/** Which normalisation came out best for a model, and which cannot be told from it. */
function bestInput({ best, percent }: Look, model: 'linear' | 'mlp' | 'cnn'): string {
  const [first, ...same] = best(
    'normalisation-sweep',
    'accuracy',
    NORMALISATIONS.map(kind => `${model}-${kind}`),
  )
  if (!first) return NOT_YET
  const told = (variant: string) =>
    `${IN_WORDS[variant.slice(model.length + 1) as Normalisation]} (${percent('normalisation-sweep', 'accuracy', { variant })})`
  return told(first) + level(same.map(told))
}

/** What 0 and O taken for each other cost the CNN. */
function costOfOvals({ finished }: Look): string {
  const one = finished('glyph-cnn').find(
    f => f.variant === 'honest-framing-average' && f.recipe === 'inkling' && f.seed === 0,
  )
  const { confusion, classes } = (one?.details ?? {}) as { confusion?: number[][]; classes?: string[] }
  if (!confusion || !classes) return ''
  const [zero, oh] = [classes.indexOf('0'), classes.indexOf('O')]
  const share = (confusion[zero][oh] + confusion[oh][zero]) / confusion.flat().reduce((a, b) => a + b)
  return ` (0 and O taken for each other cost ${(100 * share).toFixed(1)} points of the latter)`
}

/** What asking by probability instead of by the top answer changes in all cascades measured. */
function rulesApart({ finished }: Look): string {
  const found = finished('glyph-cascade').flatMap(({ metrics: { accuracy, accuracyTop, mixedUp, mixedUpTop } }) =>
    mixedUp === undefined ? [] : [{ points: 100 * (accuracy - accuracyTop), fewer: mixedUpTop - mixedUp }],
  )
  if (found.length === 0) return ''
  const points = Math.max(...found.map(f => Math.abs(f.points)))
  const fewer = found.map(f => f.fewer)
  if (points > 0.1)
    return ` In the ${found.length} cascades measured that changes the accuracy by up to ${points.toFixed(2)} points.`
  const range = `${Math.max(0, -Math.min(...fewer))} more and ${Math.max(0, Math.max(...fewer))} fewer confusions`
  return ` Here it makes no difference: in ${found.length} cascades the two rules are at most ${points.toFixed(2)} points apart (${range} at most).`
}

export const text: PaperText = {
  id: 'fatov-2024',
  title: 'Recognition of handwritten digits and letters by Image Classification (Fatov 2024)',
  text(look) {
    const { percent, number, compare } = look
    const flat = compare(
      ['glyph-mlp', 'accuracy', { variant: 'paper-framing-linear', recipe: 'paper' }],
      ['glyph-linear', 'accuracy', { variant: 'paper-framing-adam', recipe: 'paper' }],
      {
        more: ', more than the linear row, because its loss gets real logits',
        less: ', less than the linear row',
        same: ', as the linear row',
      },
    )
    const share = (variant: string): Which => ['glyph-split-sweep', 'accuracy', { variant }]
    const moreSplit = compare(share('80-10-10'), share('10-28-62'), {
      more: 'more to learn from reads more',
      less: 'more to learn from does not read more',
      same: 'it does not matter',
    })
    const beyond = compare(share('80-10-10'), share('62-28-10'), {
      more: ', also beyond the paper’s share',
      less: ', but not beyond the paper’s share',
      same: ', though three seeds show no difference beyond the paper’s share',
    })
    const wider = compare(
      ['glyph-cnn', 'accuracy', { variant: 'paper-framing-strong' }],
      ['glyph-cnn', 'accuracy', { variant: 'paper-framing-average', recipe: 'inkling' }],
      {
        more: ', more than the paper’s net',
        less: ', less than the paper’s net',
        same: ', no more than the paper’s net',
      },
    )
    const cascade = { variant: 'honest-framing-as-many', recipe: 'inkling' } as const
    const apart = { variant: 'honest-framing-strong', recipe: 'inkling' } as const
    const papers = (framing: 'paper' | 'honest') => ({ variant: `${framing}-framing`, recipe: 'paper' }) as const
    const rules = rulesApart(look)
    return `
**What it did.** 36 classes from MNIST and A-Z, at most 2,000 pictures each, 62/28/10 %: one linear layer, a dense net, a CNN with average pools,
LeNet-5, and a second CNN that decides between O and 0 where the first says either. It shows that normalisation, batch and rate matter, and names
what it could not solve.

**What we got** (the paper's framing, then the honest one): linear
${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-adam', recipe: 'paper' })} and
${percent('glyph-linear', 'accuracy', { variant: 'honest-framing-adam', recipe: 'paper' })}, with more and larger steps
${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-adam', recipe: 'inkling' })} and
${percent('glyph-linear', 'accuracy', { variant: 'honest-framing-adam', recipe: 'inkling' })}, and with a squared error of its sums
in place of the sigmoid, on moved pictures, ${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-logits', recipe: 'inkling' })} and
${percent('glyph-linear', 'accuracy', { variant: 'honest-framing-logits', recipe: 'inkling' })}; dense net
${percent('glyph-mlp', 'accuracy', { variant: 'paper-framing-relu', recipe: 'paper' })} and
${percent('glyph-mlp', 'accuracy', { variant: 'honest-framing-relu', recipe: 'paper' })}, on bent pictures first and moved ones last
${percent('glyph-mlp', 'accuracy', { variant: 'paper-framing-relu', recipe: 'inkling' })} and
${percent('glyph-mlp', 'accuracy', { variant: 'honest-framing-relu', recipe: 'inkling' })}, from about as many pictures as the paper learned from (44,661 for its 44,640, the more out of the validation part;
62 % of those at hand are 36,434) ${percent('glyph-mlp', 'accuracy', { variant: 'paper-framing-relu-as-many', recipe: 'inkling' })} and
${percent('glyph-mlp', 'accuracy', { variant: 'honest-framing-relu-as-many', recipe: 'inkling' })}; CNN
${percent('glyph-cnn', 'accuracy', { variant: 'paper-framing-average', recipe: 'paper' })} and
${percent('glyph-cnn', 'accuracy', { variant: 'honest-framing-average', recipe: 'paper' })}, on moved pictures
${percent('glyph-cnn', 'accuracy', { variant: 'paper-framing-average', recipe: 'inkling' })} and
${percent('glyph-cnn', 'accuracy', { variant: 'honest-framing-average', recipe: 'inkling' })}${costOfOvals(look)}; LeNet-5
${percent('glyph-lenet5', 'accuracy', { variant: 'paper-framing', recipe: 'paper' })} and
${percent('glyph-lenet5', 'accuracy', { variant: 'honest-framing', recipe: 'paper' })}, on moved and bent pictures
${percent('glyph-lenet5', 'accuracy', { variant: 'paper-framing', recipe: 'inkling' })} and
${percent('glyph-lenet5', 'accuracy', { variant: 'honest-framing', recipe: 'inkling' })}; O against 0
${percent('glyph-sub-cnn', 'accuracy', { variant: 'paper-framing', recipe: 'paper' })} and
${percent('glyph-sub-cnn', 'accuracy', { variant: 'honest-framing', recipe: 'paper' })}, on mirrored pictures in four times the epochs
${percent('glyph-sub-cnn', 'accuracy', { variant: 'paper-framing', recipe: 'inkling' })} and
${percent('glyph-sub-cnn', 'accuracy', { variant: 'honest-framing', recipe: 'inkling' })}; the cascade
${percent('glyph-cascade', 'accuracy', { variant: 'paper-framing', recipe: 'paper' })} and
${percent('glyph-cascade', 'accuracy', { variant: 'honest-framing', recipe: 'paper' })}, on moved pictures
${percent('glyph-cascade', 'accuracy', { variant: 'paper-framing', recipe: 'inkling' })} and
${percent('glyph-cascade', 'accuracy', { variant: 'honest-framing', recipe: 'inkling' })} at one low rate for both of its networks,
${percent('glyph-cascade', 'accuracy', { variant: 'paper-framing-as-many', recipe: 'inkling' })} and
${percent('glyph-cascade', 'accuracy', { variant: 'honest-framing-as-many', recipe: 'inkling' })} at a rate for each, from
as many pictures, and of three stronger nets (for all classes, for 0 and O, for 1 and I), each trained by itself,
${percent('glyph-cascade', 'accuracy', { variant: 'paper-framing-strong', recipe: 'inkling' })} and
${percent('glyph-cascade', 'accuracy', { variant: 'honest-framing-strong', recipe: 'inkling' })}, by the mean over nine views of a picture
${percent('glyph-cascade', 'accuracyViews', { variant: 'paper-framing-strong', recipe: 'inkling' })} and
${percent('glyph-cascade', 'accuracyViews', { variant: 'honest-framing-strong', recipe: 'inkling' })}.

**Where we differ, and why.** *The data leak.* MNIST centres its digits by mass, the letters are centred by their box: where the ink lies tells 0
from O with an area below the ROC curve of ${number('glyph-sub-cnn', 'placeAuc', { variant: 'paper-framing-cues' })}. The honest framing takes that
away (${number('glyph-sub-cnn', 'placeAuc', { variant: 'honest-framing-cues' })}), and the difference between the two is what it is worth. It does not take
away how the pictures were made: the mean grey of the ink alone has an area of
${number('glyph-sub-cnn', 'toneAuc', { variant: 'honest-framing-cues' })} in both. So neither says how well 0 and O are told apart by their shapes, in one
hand on one page. Nets of convolutions that learn from bent and turned pictures, whose greys are others, read pictures as they are less and less; last
epochs on pictures that are only moved by whole pixels (\`plainEpochs\`) mend that. *The letters* at hand (1,391 to 2,370 a class, NIST SD19 as the
paper's) are not the same pictures: many an I is a bare stroke like a 1, some are lower-case forms. A wider net with batch normalisation
(\`quick-cnn\` with 48 filters) reads ${percent('glyph-cnn', 'accuracy', { variant: 'paper-framing-strong' })} and
${percent('glyph-cnn', 'accuracy', { variant: 'honest-framing-strong' })} of them${wider}. *The linear model* has a
sigmoid before PyTorch's cross-entropy, which takes values of 0 to 1 for logits: no answer can ever be sure, and it learns slowly. Given the layer's own
sums, which the sigmoid puts in the same order, the mean squared error of its probabilities in place of the cross-entropy, which spends it on letters
that no linear layer can read, and slightly moved pictures, it reads more. SGD at the
largest of the paper's rates reaches ${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-sgd-5' })}, at the one before
${percent('glyph-linear', 'accuracy', { variant: 'paper-framing-sgd-4' })} (the paper: nearly the same). *Without ReLU* the dense net is a linear model
in three steps: ${percent('glyph-mlp', 'accuracy', { variant: 'paper-framing-linear', recipe: 'paper' })}${flat} (the paper: at most 69 %, and it
does not say why that is below its linear row).

**What it leaves unsolved.** In its *cascade* an O that the main network reads as a 9 is lost: here the second network is asked where O and 0
together are likely, not only where one of them is the top answer.${rules} Framed alike, by Inkling's recipe (as-many), the second network takes
the confusions of the two from ${number('glyph-cascade', 'mixedUpMain', cascade)} to
${number('glyph-cascade', 'mixedUp', cascade)} examples of 400; with stronger nets, each trained by itself, those of 0 and O, 1 and I go from
${number('glyph-cascade', 'mixedUpMain', apart)} to ${number('glyph-cascade', 'mixedUp', apart)}. By the paper's recipe they go, framed alike, from
${number('glyph-cascade', 'mixedUpMain', papers('honest'))} to ${number('glyph-cascade', 'mixedUp', papers('honest'))}, in the paper's framing from
${number('glyph-cascade', 'mixedUpMain', papers('paper'))} to ${number('glyph-cascade', 'mixedUp', papers('paper'))}. The CNN by itself reads
${percent('glyph-cnn', 'zeroReadAsO', { variant: 'honest-framing-average', recipe: 'inkling' })} of the zeros as O and
${percent('glyph-cnn', 'oReadAsZero', { variant: 'honest-framing-average', recipe: 'inkling' })} of the Os as 0 (the paper: 2 % of the zeros, and
"in most cases" an O as 0, without a figure; an answer that leans towards 0 until it is 2 % reads
${percent('glyph-cnn', 'oReadAsZeroLeaning', { variant: 'honest-framing-average', recipe: 'inkling' })} of the Os as 0), the cascade
${percent('glyph-cascade', 'zeroReadAsO', cascade)} and
${percent('glyph-cascade', 'oReadAsZero', cascade)}. *Context* (\`--context letters\`): where it is
known that only letters may stand, ${percent('glyph-cascade', 'inLetters', cascade)} of the letters
are read rightly, and ${percent('glyph-cascade', 'inDigits', cascade)} of the digits among digits.
Saying "I don't know", turned pictures and whole words are not answered on this page.

**Its sweeps.** Pixels: best for the CNN ${bestInput(look, 'cnn')} (the paper: -1 to 1), for the dense net ${bestInput(look, 'mlp')}, for the linear
model ${bestInput(look, 'linear')}. Shares: with 10 % to learn from the linear model reads
${percent('glyph-split-sweep', 'accuracy', { variant: '10-28-62' })}, with the paper's 62 %
${percent('glyph-split-sweep', 'accuracy', { variant: '62-28-10' })}, with 80 %
${percent('glyph-split-sweep', 'accuracy', { variant: '80-10-10' })}${moreSplit && `: ${moreSplit}`}${beyond}. What it discusses without a figure
(momentum, AMSGrad, the rule for the betas, squared error, binary cross-entropy) is in \`glyph-options\`.

**LeCun 1995, as it cites it:** three neighbours err on ${percent('mnist-knn', 'error', { variant: 'k-3' })} of the test digits,
${percent('mnist-knn', 'error', { variant: 'k-3-deslanted' })} once their slant is taken out as LeCun did (2.4 % is published), softmax regression reads ${percent('mnist-linear', 'accuracy')} (91.6 %).
**PyTorch beside Inkling:** ${percent('glyph-frameworks', 'accuracy', { variant: 'pytorch' })} and
${percent('glyph-frameworks', 'accuracy', { variant: 'inkling' })} after ten epochs. Their speeds are in the table, each from a run by itself on a
machine with other work: for a comparison side by side see \`npm run bench\`.
`
  },
}

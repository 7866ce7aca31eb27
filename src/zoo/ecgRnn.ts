// ecg-rnn: 6,306 parameters, 96 of them not trainable. Li et al. 2024 on MIT-BIH; published: accuracy 69.09 %,
// sensitivity 62.19 %, specificity 69.40 %; it "did not converge". ecg-rnn-fixed is the same net.
import { simpleRnn } from '../nn/index.ts'
import { heartbeatNet } from './ecg.ts'
import { zooEntry } from './entry.ts'
import { li2024Heartbeats } from './li2024.ts'
import { byId, house, type Recipe } from './recipe.ts'

const fixed: Recipe = {
  ...li2024Heartbeats,
  id: 'fixed',
  source:
    'Li et al. 2024 with what its RNN lacked: a fifth of the rate, gradients held to a norm of 1, a cosine to zero',
  optimizer: { kind: 'adam', rate: 1e-3, clipNorm: 1 },
  schedule: { kind: 'cosine', warmup: 0.05 },
}

export const ecgRnn = zooEntry({
  id: 'ecg-rnn',
  title: 'Two simple recurrent layers over 100 samples of an electrocardiogram',
  source: 'Li et al. 2024; one lead, two classes, tanh, Glorot-uniform recurrent weights',
  inputShape: [100, 1],
  classes: 2,
  parameters: { total: 6_306, trainable: 6_210 },
  network: shape =>
    heartbeatNet({
      ...shape,
      recurrent: (units, options) => simpleRnn(units, { ...options, recurrentInitializer: 'glorotUniform' }),
      dropped: 0.5,
    }),
  recipes: byId(house(), li2024Heartbeats),
})

export const ecgRnnFixed = zooEntry({
  id: 'ecg-rnn-fixed',
  title: 'ecg-rnn with orthogonal recurrent weights: to be trained with clipped gradients and a lower rate',
  source: 'Li et al. 2024, repaired here',
  inputShape: [100, 1],
  classes: 2,
  parameters: { total: 6_306, trainable: 6_210 },
  network: shape => heartbeatNet({ ...shape, recurrent: simpleRnn, dropped: 0.5 }),
  recipes: byId(house(), fixed),
})

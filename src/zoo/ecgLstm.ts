// ecg-lstm: 21,282 parameters, 96 of them not trainable. Li et al. 2024 on MIT-BIH; published: accuracy 94.19 %,
// sensitivity 91.44 %, specificity 94.31 %.
import { lstm } from '../nn/index.ts'
import { heartbeatNet } from './ecg.ts'
import { zooEntry } from './entry.ts'
import { li2024Heartbeats } from './li2024.ts'
import { byId, house } from './recipe.ts'

export const ecgLstm = zooEntry({
  id: 'ecg-lstm',
  title: 'Two LSTMs over 100 samples of an electrocardiogram',
  source: 'Li et al. 2024; one lead, two classes',
  inputShape: [100, 1],
  classes: 2,
  parameters: { total: 21_282, trainable: 21_186 },
  network: shape => heartbeatNet({ ...shape, recurrent: lstm, dropped: 0.3 }),
  recipes: byId(house(), li2024Heartbeats),
})

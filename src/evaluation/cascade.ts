/** Main network and specialists on labelled examples: joined by each rule, before and after. */

/** What a specialist makes of the examples. */
export interface SpecialistView {
  /** Its classes among those of the main network. */
  classes: readonly number[]
  /** [examples, its classes]. */
  probabilities: Float32Array
}

/** Both views of the examples. */
export interface CascadeViews {
  /** [examples, classes]. */
  main: Float32Array
  classes: number
  specialists: readonly SpecialistView[]
}

/** Whether specialist `s` is asked about an example, from the main network's probabilities of it. */
export type Asks = (s: number, row: ArrayLike<number>, group: readonly number[]) => boolean

/** Where the main network's answer is one of the group. */
export const asksTop: Asks = (_, row, group) => {
  let best = 0
  for (let k = 1; k < row.length; k++) if (row[k] > row[best]) best = k
  // Of equals any in the group will do, as in the network.
  return group.some(k => row[k] === row[best])
}

/** Where the probabilities of the group together reach the specialist's threshold. */
export const asksMass =
  (thresholds: readonly number[]): Asks =>
  (s, row, group) =>
    group.reduce((sum, k) => sum + row[k], 0) >= thresholds[s]

/**
 * Joins the views: where a specialist is asked, p(class) = p(group) * p(class | group).
 * @returns probabilities [examples, classes], and how often each specialist was asked
 */
export function joinViews({ main, classes, specialists }: CascadeViews, asks: Asks) {
  const probabilities = main.slice()
  const asked = specialists.map(() => 0)
  for (let i = 0; i < main.length / classes; i++) {
    const row = main.subarray(i * classes, (i + 1) * classes)
    for (const [s, { classes: group, probabilities: own }] of specialists.entries()) {
      if (!asks(s, row, group)) continue
      asked[s]++
      const mass = group.reduce((sum, k) => sum + row[k], 0)
      for (const [j, k] of group.entries()) probabilities[i * classes + k] = mass * own[i * group.length + j]
    }
  }
  return { probabilities, asked }
}

/** How a group of classes is read at one stage. Plain JSON. */
export interface GroupReading {
  /** Names of its classes. */
  classes: string[]
  /** Rows true classes of the group; columns what they were read as: its classes, then all others together. */
  confusion: number[][]
  /** Examples of the group that were read as another of the group. */
  mixedUp: number
  /** Examples for which the specialist was asked. */
  asked: number
}

export interface CascadeStage {
  /** `main`: no specialist; `top` and `mass`: joined by that rule. */
  stage: 'main' | 'top' | 'mass'
  /** Whether this is how the cascade answers. */
  used: boolean
  accuracy: number
  /** Mean cross-entropy. */
  loss: number
  /** Of the mass rule. */
  thresholds?: number[]
  groups: GroupReading[]
}

/** The same examples before and after: by the main network alone, and joined by each rule. */
export function compareStages(
  views: CascadeViews,
  labels: ArrayLike<number>,
  names: readonly string[],
  { rule, thresholds }: { rule: 'top' | 'mass'; thresholds: readonly number[] },
): CascadeStage[] {
  const stage = (name: CascadeStage['stage'], asks: Asks, more: Partial<CascadeStage> = {}): CascadeStage => {
    const { probabilities, asked } = joinViews(views, asks)
    const read = readings(probabilities, labels, views.classes)
    const groups = views.specialists.map(({ classes }, s) =>
      groupReading(read.answers, labels, classes, names, asked[s]),
    )
    return { stage: name, used: name === rule, accuracy: read.accuracy, loss: read.loss, ...more, groups }
  }
  return [
    stage('main', () => false),
    stage('top', asksTop),
    stage('mass', asksMass(thresholds), { thresholds: [...thresholds] }),
  ]
}

/** From "always" to "hardly ever". */
const CANDIDATES = [
  0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99,
]

/**
 * The threshold of each specialist by which most examples are read rightly; of equally good ones that of the least loss.
 * Where none is better than never to ask, that is `never`.
 */
export function chooseThresholds(views: CascadeViews, labels: ArrayLike<number>, never: number): number[] {
  const chosen = views.specialists.map(() => never)
  for (const s of chosen.keys()) {
    let best: { accuracy: number; loss: number; threshold: number } | undefined
    for (const threshold of [never, ...CANDIDATES]) {
      const tried = chosen.map((value, i) => (i === s ? threshold : value))
      const { accuracy, loss } = readings(joinViews(views, asksMass(tried)).probabilities, labels, views.classes)
      if (!best || accuracy > best.accuracy || (accuracy === best.accuracy && loss < best.loss))
        best = { accuracy, loss, threshold }
    }
    chosen[s] = best!.threshold
  }
  return chosen
}

function readings(probabilities: Float32Array, labels: ArrayLike<number>, classes: number) {
  const answers = new Int32Array(labels.length)
  let [hits, loss] = [0, 0]
  for (let i = 0; i < labels.length; i++) {
    const at = i * classes
    let best = 0
    for (let k = 1; k < classes; k++) if (probabilities[at + k] > probabilities[at + best]) best = k
    answers[i] = best
    if (best === labels[i]) hits++
    loss -= Math.log(Math.max(1e-7, probabilities[at + labels[i]]))
  }
  return { answers, accuracy: hits / labels.length, loss: loss / labels.length }
}

function groupReading(
  answers: Int32Array,
  labels: ArrayLike<number>,
  group: readonly number[],
  names: readonly string[],
  asked: number,
): GroupReading {
  const confusion = group.map(() => new Array<number>(group.length + 1).fill(0))
  let mixedUp = 0
  for (let i = 0; i < answers.length; i++) {
    const row = group.indexOf(labels[i])
    if (row < 0) continue
    const column = group.indexOf(answers[i])
    confusion[row][column < 0 ? group.length : column]++
    if (column >= 0 && column !== row) mixedUp++
  }
  return { classes: group.map(k => names[k]), confusion, mixedUp, asked }
}

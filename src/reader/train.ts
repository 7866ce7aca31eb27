/**
 * Learning in the page: the network's features stay as they are, its last layer learns. Few examples are made many by
 * small changes, and practice digits are repeated beside them, so that what was known stays known.
 */
import { drawDigitsInto } from '../data/synthetic/digits.ts'
import { type AugmentSettings, augmentPicture } from '../engine/ops/augmentPicture.ts'
import { InklingError } from '../errors.ts'
import { createRandom } from '../random.ts'
import { probabilitiesOf } from './head.ts'
import { type ReaderInput, seeDigit } from './input.ts'
import type { Extractor } from './kernels.ts'
import type { Head } from './networks.ts'

/** An example of what to learn. */
export interface Sample {
  /** Anything that `predict` reads. */
  input: ReaderInput
  /** '0' to '9', or a name of your own for a new symbol. */
  label: string
}

/** How {@link Reader.train} learns. */
export interface TrainOptions {
  /** Times to go through all examples. Default 12. */
  epochs?: number
  /** Told after every epoch. */
  onEpoch?(progress: { epoch: number; epochs: number; loss: number }): void
  /** Start of all random numbers: the same samples and seed give the same reader. Default 0. */
  seed?: number
}

/** What the reader learned. */
export interface TrainResult {
  /** All it can say now. */
  classes: readonly string[]
  /** Those it could not say before. */
  added: string[]
  /** Share of the given samples that it reads rightly now. */
  accuracy: number
}

/** An example as the last layer sees it. */
export interface Lesson {
  features: Float32Array
  label: string
  /** Practice digits stand for all that was learned before. */
  practice: boolean
}

/** What a training works on. */
export interface Pupil {
  head: Head
  extract: Extractor
  /** Of earlier trainings: they are repeated too. */
  lessons: readonly Lesson[]
}

/** Changes within which a symbol stays the same to the eye. */
const CHANGES: AugmentSettings = { rotate: 12, zoom: 0.12, shiftX: 0.05, shiftY: 0.05, elastic: 4 }
/** Changed pictures made of the samples, all together: enough to learn from, read in a second or two. */
const CHANGED = 400
/** Practice digits, drawn by a seed that no training of the readers used. */
const PRACTICE = 400
const PRACTICE_SEED = 900_001
const BATCH = 32
const RATE = 2e-3
/** Pull of the weights towards what they were. */
const PULL = 0.1
const SMOOTHING = 0.02

/**
 * Trains the last layer.
 * @throws InklingError when a sample shows nothing or has no label
 */
export async function trainHead(
  samples: readonly Sample[],
  { epochs = 12, onEpoch, seed = 0 }: TrainOptions,
  { head, extract, lessons }: Pupil,
): Promise<{ head: Head; lessons: Lesson[]; result: TrainResult }> {
  if (!(Number.isInteger(epochs) && epochs > 0))
    throw new InklingError(`epochs must be a whole number above 0, got ${epochs}`, { exitCode: 2 })
  const seen = await Promise.all(samples.map(seeSample))
  if (seen.length === 0) throw new InklingError('the reader got no samples to learn from', { exitCode: 2 })
  const breathe = breather()
  const all = lessons.length > 0 ? [...lessons] : await practiceLessons(extract, breathe)
  const copies = Math.max(4, Math.round(CHANGED / seen.length))
  for (const [index, { pixels, label }] of seen.entries()) {
    all.push({ features: extract(pixels), label, practice: false })
    for (let epoch = 1; epoch < copies; epoch++) {
      const changed = new Uint8Array(28 * 28)
      augmentPicture({
        ...{ source: pixels, target: changed, height: 28, width: 28, channels: 1, settings: CHANGES },
        ...{ scale: [1], shift: [0], seed, epoch, index: index + lessons.length },
      })
      all.push({ features: extract(changed), label, practice: false })
      await breathe()
    }
  }
  const added = [...new Set(seen.map(s => s.label))].filter(label => !head.classes.includes(label))
  const grown = withClasses(head, added)
  await descend(grown, all, { epochs, seed, onEpoch, breathe })
  const right = seen.filter(({ pixels, label }) => bestOf(grown, extract(pixels)) === label).length
  const result = { classes: grown.classes, added, accuracy: right / seen.length }
  return { head: grown, lessons: all, result }
}

async function seeSample({ input, label }: Sample, i: number): Promise<{ pixels: Uint8Array; label: string }> {
  if (typeof label !== 'string' || label === '')
    throw new InklingError(`sample ${i + 1} has no label: got ${JSON.stringify(label)}`, { exitCode: 2 })
  const { pixels, blank } = await seeDigit(input)
  if (blank) throw new InklingError(`sample ${i + 1} ("${label}") shows no ink`)
  return { pixels, label }
}

/** Drawn digits stand for what was learned before: they need no file, and serve as well as real ones. */
async function practiceLessons(extract: Extractor, breathe: () => Promise<void>): Promise<Lesson[]> {
  const features = new Uint8Array(PRACTICE * 28 * 28)
  const labels = new Int32Array(PRACTICE)
  drawDigitsInto(features, labels, { seed: PRACTICE_SEED })
  const lessons: Lesson[] = []
  for (const [i, label] of labels.entries()) {
    const pixels = features.subarray(i * 28 * 28, (i + 1) * 28 * 28)
    lessons.push({ features: extract(pixels), label: String(label), practice: true })
    await breathe()
  }
  return lessons
}

/** A copy with more classes, which nothing speaks for yet. */
function withClasses({ kernel, bias, classes }: Head, added: readonly string[]): Head {
  const [n, m] = [classes.length, classes.length + added.length]
  const wider = new Float32Array((kernel.length / n) * m)
  for (let i = 0; i < kernel.length; i++) wider[Math.floor(i / n) * m + (i % n)] = kernel[i]
  const longer = new Float32Array(m)
  longer.set(bias)
  return { kernel: wider, bias: longer, classes: [...classes, ...added] }
}

/** Adam on the cross-entropy; every class weighs the same, whether practised or shown. */
async function descend(
  head: Head,
  lessons: readonly Lesson[],
  { epochs, seed, onEpoch, breathe }: { epochs: number; seed: number; breathe(): Promise<void> } & TrainOptions,
): Promise<void> {
  const { kernel, bias, classes } = head
  const n = classes.length
  const was = kernel.slice()
  const numbers = lessons.map(lesson => classes.indexOf(lesson.label))
  const counts = new Map<string, number>()
  const group = ({ label, practice }: Lesson) => `${practice ? 'practice' : 'shown'} ${label}`
  for (const lesson of lessons) counts.set(group(lesson), (counts.get(group(lesson)) ?? 0) + 1)
  const usual = lessons.length / counts.size
  const weights = lessons.map(lesson => usual / (counts.get(group(lesson)) as number))
  const [updateKernel, updateBias] = [adam(kernel), adam(bias)]
  const [kernelGradient, biasGradient] = [new Float32Array(kernel.length), new Float32Array(n)]
  const random = createRandom(seed).fork('train')
  const order = Uint32Array.from(lessons, (_, i) => i)
  const steps = epochs * Math.ceil(lessons.length / BATCH)
  let step = 0
  for (let epoch = 1; epoch <= epochs; epoch++) {
    random.shuffle(order)
    let loss = 0
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.subarray(from, from + BATCH)
      biasGradient.fill(0)
      for (let i = 0; i < kernel.length; i++) kernelGradient[i] = PULL * (kernel[i] - was[i])
      for (const i of batch) loss += learn(lessons[i].features, numbers[i], weights[i] / batch.length)
      const rate = RATE * (1 - step++ / steps)
      updateKernel(kernelGradient, rate)
      updateBias(biasGradient, rate)
      await breathe()
    }
    onEpoch?.({ epoch, epochs, loss: loss / Math.ceil(order.length / BATCH) })
  }

  /** Adds one lesson's gradient; gives its loss. */
  function learn(features: Float32Array, label: number, weight: number): number {
    const errors = probabilitiesOf(head, features)
    const loss = -Math.log(Math.max(errors[label], 1e-9))
    for (let k = 0; k < n; k++) errors[k] = weight * (errors[k] - SMOOTHING / n - (k === label ? 1 - SMOOTHING : 0))
    for (let k = 0; k < n; k++) biasGradient[k] += errors[k]
    for (let i = 0; i < features.length; i++) {
      const value = features[i]
      if (value !== 0) for (let k = 0; k < n; k++) kernelGradient[i * n + k] += value * errors[k]
    }
    return weight * loss
  }
}

function adam(values: Float32Array): (gradient: Float32Array, rate: number) => void {
  const mean = new Float32Array(values.length)
  const square = new Float32Array(values.length)
  let step = 0
  return (gradient, rate) => {
    step++
    const [first, second] = [1 - 0.9 ** step, 1 - 0.999 ** step]
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]
      mean[i] += 0.1 * (g - mean[i])
      square[i] += 0.001 * (g * g - square[i])
      values[i] -= (rate * mean[i]) / first / (Math.sqrt(square[i] / second) + 1e-7)
    }
  }
}

function bestOf(head: Head, features: Float32Array): string {
  const probabilities = probabilitiesOf(head, features)
  return head.classes[probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)))]
}

/** Lets the page draw and answer now and then. */
function breather(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < 30) return
    await new Promise(resolve => setTimeout(resolve))
    last = performance.now()
  }
}

import { createHash } from 'node:crypto'
import { InklingError } from '../../errors.ts'
import { createDataset, type Dataset, exampleAt, labelAt } from '../dataset.ts'
import { openDataFile } from '../files.ts'
import { KaggleCsvParser } from '../formats/kaggleCsv.ts'
import { cappedStore } from '../formats/pictureStore.ts'
import type { LoadedParts } from '../loaded.ts'
import { frameByMass } from '../pictures/framing.ts'
import { stratifiedSplit } from '../split.ts'
import { AZ_KAGGLE, AZ_SD19, LETTERS } from './az.ts'
import type { GlyphOptions } from './glyphOptions.ts'
import { DIGITS } from './mnist.ts'
import type { DatasetInfo, LoadContext } from './types.ts'

const CLASSES = [...DIGITS, ...LETTERS]
const PIXELS = 784

/** MNIST's digits and the letters A-Z, joined. */
export const glyphsInfo: DatasetInfo = {
  name: 'glyphs',
  title: 'Digits and capital letters',
  description: 'MNIST and A-Z joined: 36 classes of at most 2,000 pictures each, 28 x 28 grey, light ink on black',
  task: 'pictures',
  folders: [],
  shape: [28, 28, 1],
  classes: CLASSES,
  examples: { train: 36_434, test: 5_877 },
  address: 'MNIST and A-Z: see `data info mnist` and `data info az`',
  licence: 'as MNIST and A-Z',
  citation: 'as MNIST and A-Z; joined in the manner of Fatov (2024)',
  howToGet: 'It is made of mnist (`inkling data fetch mnist`) and az (see `inkling data info az`).',
  files: [],
  combines: ['mnist', 'az'],
  async load({ part, glyphs = {} }) {
    return await joinGlyphs(part('mnist'), part('az'), glyphs)
  },
}

async function joinGlyphs(mnist: LoadContext, az: LoadContext, options: GlyphOptions): Promise<LoadedParts> {
  const { framing = 'honest', cap = 2000, shares = [0.62, 0.28, 0.1], seed = 0 } = options
  if (!['honest', 'paper'].includes(framing)) {
    throw new InklingError(`there is no framing "${framing}"`, { exitCode: 2, hint: 'Known: honest, paper.' })
  }
  if (!(Number.isInteger(cap) && cap > 0)) {
    throw new InklingError(`a class cannot be capped at ${cap} pictures`, { exitCode: 2 })
  }
  // Both go through one kind of store, so that neither is ever held whole.
  const digits = await cappedDigits(mnist, cap, seed)
  const letters = await cappedLetters(az, cap, seed, options.letters)
  const count = digits.set.length + letters.set.length
  const features = new Uint8Array(count * PIXELS)
  const labels = new Int32Array(count)
  let at = 0
  for (const [{ set }, offset] of [[digits, 0] as const, [letters, DIGITS.length] as const]) {
    for (let i = 0; i < set.length; i++, at++) {
      const out = features.subarray(at * PIXELS, (at + 1) * PIXELS)
      if (framing === 'honest') frameByMass(exampleAt(set, i), out)
      else out.set(exampleAt(set, i))
      labels[at] = offset + labelAt(set, i)
    }
  }
  const all = createDataset({ name: 'glyphs', shape: [28, 28, 1], classes: CLASSES, features, labels })
  const names = ['glyphs/train', 'glyphs/validation', 'glyphs/test']
  const [train, validation, test] = stratifiedSplit(all, shares, { seed, names })
  const notes = [
    framing === 'honest'
      ? 'all pictures are framed alike: ink box of 20 x 20, centre of mass in the middle'
      : 'warning: framed as in the paper: digits by their mass, letters by their box, which helps to tell 0 from O',
    `at most ${cap} a class; there were ${perClass(digits.seen, DIGITS)}, ${perClass(letters.seen, LETTERS)} (letters: ${letters.from})`,
  ]
  return { train, validation, test, notes }
}

async function cappedDigits(context: LoadContext, cap: number, seed: number) {
  const { train } = await context.load()
  const store = cappedStore(PIXELS, DIGITS.length, cap, seed)
  for (let i = 0; i < train.length; i++) store.add(exampleAt(train, i) as Uint8Array, labelAt(train, i))
  return { set: asDataset(store.finish(), DIGITS), seen: store.seen }
}

/** Streams the files of letters into a store that keeps at most `cap` of each. */
async function cappedLetters(context: LoadContext, cap: number, seed: number, wanted: GlyphOptions['letters']) {
  const from = wanted ?? (context.find(AZ_KAGGLE) ? 'kaggle' : 'sd19')
  const files = (from === 'kaggle' ? [AZ_KAGGLE] : AZ_SD19).filter(name => context.find(name))
  if (files.length === 0) {
    throw new InklingError(`${context.folder} has none of the files of the letters: ${from}`, {
      hint: `Needed: ${from === 'kaggle' ? `"${AZ_KAGGLE}"` : AZ_SD19.join(', ')}.`,
    })
  }
  const store = cappedStore(PIXELS, LETTERS.length, cap, seed)
  for (const name of files) {
    const path = context.find(name) as string
    const parser = new KaggleCsvParser({ source: path, classes: LETTERS, store })
    const hash = createHash('sha256')
    for await (const piece of openDataFile(path)) {
      hash.update(piece)
      parser.push(piece)
    }
    if (!parser.end()) throw new InklingError(`${path} has no labels`, { hint: 'Its rows are label,pixel0,...' })
    context.note(path, hash.digest('hex'))
  }
  return { set: asDataset(store.finish(), LETTERS), seen: store.seen, from }
}

function asDataset(kept: { features: Uint8Array; labels: Int32Array }, classes: readonly string[]): Dataset {
  return createDataset({ name: 'kept', shape: [28, 28, 1], classes, ...kept })
}

/** `5923 of 0, 6742 of 1`. */
function perClass(seen: readonly number[], classes: readonly string[]): string {
  return seen.map((n, c) => `${n} of ${classes[c]}`).join(', ')
}

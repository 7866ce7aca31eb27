import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { gather } from '../../src/data/dataset.ts'
import { loadDataset } from '../../src/data/load.ts'
import { prepareDigit } from '../../src/data/pictures/digit.ts'
import { holdOut } from '../../src/data/split.ts'
import { drawnDigits } from '../../src/data/synthetic/digits.ts'
import { readSafetensors } from '../../src/nn/safetensors.ts'
import { createRandom } from '../../src/random.ts'
import { probabilitiesOf } from '../../src/reader/head.ts'
import { createKernelExtractor } from '../../src/reader/kernels.ts'
import { networkOf } from '../../src/reader/networks.ts'
import { root } from '../cli/inkling.ts'
import { inkKinds } from './ink.ts'

// How the shipped readers do on other ink and other paper: validation digits (never test digits) changed by `ink.ts` and
// prepared as pictures are. The figures of the model cards come from
//   INKLING_DATA=... INKLING_INK=2000 npm test -- test/reader/robustness.test.ts
const count = Number(process.env.INKLING_INK ?? 30)

// The seed of the training that made the weights: the validation digits that it drew were never trained on.
const seeds = { reader: 1, 'pocket-reader': 3 }

describe.skipIf(!process.env.INKLING_DATA).each(['reader', 'pocket-reader'] as const)('%s', model => {
  test('holds on ink and paper that are not MNIST’s', { timeout: 600_000 }, async () => {
    const network = networkOf(readSafetensors(readFileSync(`${root}models/${model}.safetensors`)), model)
    const kernels = readFileSync(`${root}build/kernels/narrow-single.wasm`)
    const features = await createKernelExtractor(network, await WebAssembly.compile(kernels))
    const classOf = (pixels: Uint8Array) => {
      const probabilities = probabilitiesOf(network.head, features(pixels))
      return probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)))
    }
    const { train } = await loadDataset('mnist')
    const { validation } = holdOut(train, 0.1, { seed: seeds[model], stratified: true })
    const pixels = new Uint8Array(784)
    const label = new Int32Array(1)
    const shares: [string, number][] = []

    const drawn = drawnDigits({ count: 10 * count, seed: 900_077 })
    let right = 0
    for (let i = 0; i < drawn.length; i++)
      if (classOf(drawn.features.subarray(784 * i, 784 * (i + 1)) as Uint8Array) === drawn.labels?.[i]) right++
    shares.push(['drawn by the program', right / drawn.length])

    for (const kind of inkKinds) {
      right = 0
      for (let k = 0; k < count; k++) {
        const i = Math.floor((k * validation.length) / count)
        gather(validation, [i], pixels, label)
        const picture = kind.make(pixels, createRandom(5).fork(i))
        if (classOf(prepareDigit(picture).pixels) === label[0]) right++
      }
      shares.push([kind.name, right / count])
    }
    console.info(
      [model, ...shares.map(([name, share]) => `${name.padEnd(28)}${(100 * share).toFixed(2)} %`)].join('\n'),
    )
    for (const [name, share] of shares) expect(share, name).toBeGreaterThanOrEqual(0.9)
  })
})

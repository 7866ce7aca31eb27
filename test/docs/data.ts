import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { exampleAt, labelsOf } from '../../src/data/dataset.ts'
import { drawnDigits } from '../../src/data/synthetic/digits.ts'
import { exportOnnx, exportSafetensors } from '../../src/exchange/index.ts'
import { readSafetensors, writeSafetensors } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { findModel } from '../../src/zoo/index.ts'
import { root } from '../cli/inkling.ts'
import { writeFiles } from '../data/folder.ts'
import { writeSmallData } from '../e2e/small.ts'

/** The files that the pages speak of, small and made: what their commands find in the reader's folder. */
export function prepare(folder: string): void {
  const at = (name: string) => join(folder, name)
  // Where $INKLING_DATA points to.
  writeSmallData(at('.data/mnist'), at('scans'))
  writeFileSync(at('my-digit.png'), readFileSync(at('scans/digit3.png')))
  writeFiles(folder, {
    '.data/az/az-sd19-train.csv': letterRows(16, 1),
    '.data/az/az-sd19-test.csv': letterRows(4, 2),
    'letter.png': readFileSync(at('scans/digit1.png')),
    'plate.png': readFileSync(at('scans/digit2.png')),
    ...photos('my-photos', 24, 1),
    ...photos('other-photos', 6, 500),
    'new.jpg': photo(true, 900),
    'holiday/1.jpg': photo(false, 901),
    'data.csv': table(120, 1),
    'later.csv': table(40, 2),
    'new.csv': table(10, 3),
    'train.csv': digitRows(true, 60),
    'test.csv': digitRows(false, 20),
    'digits.onnx': readFileSync(join(root, 'test/fixtures/onnx/digits28.onnx')),
    'photos.onnx': exportOnnx(untrained('cifar-cnn', { classes: 2 })),
    'lenet.safetensors': lenetOfPytorch(),
  })
}

const classes = { cat: true, dog: false }

function photos(folder: string, count: number, seed: number): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {}
  for (const [name, light] of Object.entries(classes))
    for (let i = 0; i < count; i++) files[`${folder}/${name}/${i}.jpg`] = photo(light, seed + i)
  return files
}

/** A picture that is lighter above or below. PNG, whatever it is called: formats are told by the bytes. */
function photo(above: boolean, seed: number, width = 30 + (seed % 9), height = 26 + (seed % 7)): Uint8Array {
  const random = createRandom(seed)
  const light = (i: number) => i < (width * height * 3) / 2 === above
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (light(i) ? 150 : 30) + random.int(60))
  return encode({ width, height, channels: 3, depth: 8, data })
}

/** Rows of the columns that own-table.md names; the older and richer buy. */
function table(rows: number, seed: number): string {
  const random = createRandom(seed)
  const lines = Array.from({ length: rows }, (_, i) => {
    const [age, income] = [18 + random.int(60), i % 9 === 0 ? '' : String(20_000 + random.int(30_000))]
    const buys = age + Number(income) / 1000 > 75
    return [
      age,
      ['Ulm', 'Bern', 'Graz'][random.int(3)],
      income,
      `p${i % 25}`,
      buys ? 'ill' : 'well',
      buys ? 'yes' : 'no',
    ]
  })
  return `age,town,income,patient,diagnosis,buys\n${lines.map(line => line.join()).join('\n')}\n`
}

/** Kaggle's digits. */
function digitRows(labelled: boolean, count: number): string {
  const digits = drawnDigits({ count, seed: labelled ? 5 : 6 })
  const labels = labelsOf(digits)
  const header = [...(labelled ? ['label'] : []), ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)]
  const rows = Array.from({ length: count }, (_, i) => [
    ...(labelled ? [labels[i]] : []),
    ...Array.from(exampleAt(digits, i)),
  ])
  return `${[header, ...rows].map(row => row.join()).join('\n')}\n`
}

/** Twenty-six marks in place of letters: a bar across, at a height and of a length of their own. */
function letterRows(each: number, seed: number): string {
  const random = createRandom(seed)
  const rows = Array.from({ length: 26 * each }, (_, i) => {
    const [letter, pixels] = [i % 26, new Uint8Array(784)]
    const [top, length] = [4 + 3 * (letter % 7), 6 + 4 * Math.floor(letter / 7)]
    for (let y = top; y < top + 3; y++) pixels.fill(180 + random.int(70), 28 * y + 4, 28 * y + 4 + length)
    return `${letter},${pixels.join()}`
  })
  return `label,${Array.from({ length: 784 }, (_, i) => `pixel${i}`).join()}\n${rows.join('\n')}\n`
}

function untrained(name: string, options: { classes?: number } = {}) {
  const model = findModel(name).build(options)
  return { model, weights: model.initialWeights(1) }
}

/** Weights as PyTorch's `state_dict` has them, under names of its own. */
function lenetOfPytorch(): Uint8Array {
  const names: Record<string, string> = { conv2d_1: 'conv1', conv2d_2: 'conv2', dense_1: 'fc1', dense_2: 'fc2' }
  const { tensors } = readSafetensors(exportSafetensors(untrained('lenet5'), { layout: 'pytorch' }))
  return writeSafetensors(
    new Map([...tensors].map(([name, tensor]) => [name.replace(/^\w+/, layer => names[layer] ?? layer), tensor])),
  )
}

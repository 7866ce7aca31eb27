import { createDataset, type Dataset, strideOf } from '../dataset.ts'

/** Standard deviations from the middle of a trace to its edge. */
const REACH = 5

/** True for examples that are signals, [samples, 1 or 2 leads] of numbers, and no pictures. */
export function isSignal(ds: Dataset): boolean {
  return ds.features instanceof Float32Array && ds.shape.length === 2 && ds.shape[1] <= 2 && ds.shape[0] > 8
}

/**
 * Signals as pictures to look at, [height, samples, 1]: light traces on black, drawn when they are asked for; of two leads
 * the second is fainter. The view, labels and groups are those of the signals.
 */
export function asTraces(ds: Dataset, height = 48): Dataset {
  const [samples, leads] = ds.shape
  const values = ds.features
  const count = values.length / strideOf(ds.shape)
  const level = (value: number) => Math.round(Math.min(1, Math.max(0, 0.5 - value / (2 * REACH))) * (height - 1))
  const read = (row: number, out: Uint8Array) => {
    out.fill(0, 0, height * samples)
    for (let lead = leads - 1; lead >= 0; lead--) {
      let before = level(values[row * samples * leads + lead])
      for (let t = 0; t < samples; t++) {
        const now = level(values[(row * samples + t) * leads + lead])
        for (let y = Math.min(before, now); y <= Math.max(before, now); y++)
          out[y * samples + t] = lead === 0 ? 255 : 110
        before = now
      }
    }
  }
  const { name, classes, labels, indices, length, groups } = ds
  const drawn = createDataset({ name, shape: [height, samples, 1], classes, rows: { count, read } })
  return { ...drawn, labels, indices, length, groups }
}

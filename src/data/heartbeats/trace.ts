import { createDataset, type Dataset, strideOf } from '../dataset.ts'
import { channelStatistics } from '../normalise.ts'

/** Standard deviations from the middle of a trace to its edge. */
const REACH = 5

/** Channels that a trace shows; more would hide each other. */
const MOST_CHANNELS = 4

/** True for examples that are signals, [samples, channels] of numbers, and no pictures. */
export function isSignal(ds: Dataset): boolean {
  return ds.features instanceof Float32Array && ds.shape.length === 2 && ds.shape[0] > 8 && ds.shape[1] < ds.shape[0]
}

/**
 * Signals as pictures to look at, [height, samples, 1]: light traces on black, drawn when they are asked for, each channel
 * standardised and fainter than the one before. The view, labels and groups are those of the signals.
 */
export function asTraces(ds: Dataset, height = 48): Dataset {
  const [samples, channels] = ds.shape
  const shown = Math.min(channels, MOST_CHANNELS)
  const { mean, deviation } = channelStatistics(ds)
  const values = ds.features
  const count = values.length / strideOf(ds.shape)
  const level = (row: number, t: number, c: number) => {
    const value = (values[(row * samples + t) * channels + c] - mean[c]) / deviation[c]
    return Math.round(Math.min(1, Math.max(0, 0.5 - value / (2 * REACH))) * (height - 1))
  }
  const read = (row: number, out: Uint8Array) => {
    out.fill(0, 0, height * samples)
    for (let c = shown - 1; c >= 0; c--) {
      let before = level(row, 0, c)
      for (let t = 0; t < samples; t++) {
        const now = level(row, t, c)
        for (let y = Math.min(before, now); y <= Math.max(before, now); y++)
          out[y * samples + t] = c === 0 ? 255 : 110 - 20 * (c - 1)
        before = now
      }
    }
  }
  const { name, classes, labels, indices, length, groups } = ds
  const drawn = createDataset({ name, shape: [height, samples, 1], classes, rows: { count, read } })
  return { ...drawn, labels, indices, length, groups }
}

/** The features of a picture by the engine's kernels, on the calling thread. */

import { RECORD_BYTES, tableFingerprint, writeCommand } from '../engine/backends/wasm/commands.ts'
import { packedBytes } from '../engine/backends/wasm/convolution.ts'
import { createMemory, layout } from '../engine/backends/wasm/memory.ts'
import { InklingError } from '../errors.ts'
import { type Convolution, type Network, shapesOf } from './networks.ts'

/** Features of a 28 x 28 picture of bytes. The array is the caller's. */
export type Extractor = (pixels: Uint8Array) => Float32Array

interface Kernels {
  run(list: number, count: number, slot: number, tid: number, threads: number): void
  fingerprint(): number
}

/** Where a value [side][side][channels] lies: in a border of zeros, as the convolution that reads it wants it. */
interface Place {
  /** Of the border's first pixel, and of the value's. */
  start: number
  address: number
  /** Bytes of a pixel and of a row, border included. */
  pixel: number
  row: number
}

/**
 * Lays the network out in a memory of its own, once: weights in panels, borders zero. A picture is then one call.
 * @param module the compiled `narrow-single` kernels
 */
export async function createKernelExtractor(network: Network, module: WebAssembly.Module): Promise<Extractor> {
  const { stages } = network
  const shapes = shapesOf(stages)
  const engine = createMemory(false, 64 * 2 ** 20)
  const instance = await WebAssembly.instantiate(module, { env: { memory: engine.memory } })
  const kernels = instance.exports as unknown as Kernels
  if (kernels.fingerprint() !== tableFingerprint())
    throw new InklingError('the compiled kernels do not fit the reader: files of different versions were mixed')

  let end: number = layout.dataStart
  const allocate = (bytes: number) => {
    const start = end
    end += Math.ceil(bytes / 64) * 64
    return start
  }
  const place = ({ side, channels }: (typeof shapes)[number], border: number): Place => {
    const pixel = channels * 4
    const row = (side + 2 * border) * pixel
    const start = allocate((side + 2 * border) * row)
    return { start, address: start + border * (row + pixel), pixel, row }
  }
  const places = shapes.map((shape, i) => {
    const reader = stages[i]
    return place(shape, reader?.kind === 'convolution' ? reader.border : 0)
  })
  const weights = stages.map(stage =>
    stage.kind === 'halve'
      ? undefined
      : { panels: allocate(packedBytes(rowsOf(stage), stage.filters)), bias: allocate(stage.filters * 4 + 64) },
  )
  const list = allocate(stages.length * RECORD_BYTES)
  engine.reserve(end + 64) // kernels may read a little past a buffer's end
  const { buffer } = engine

  stages.forEach((stage, i) => {
    const [from, to] = [places[i], places[i + 1]]
    const { side, channels } = shapes[i + 1]
    const record = list + i * RECORD_BYTES
    const held = weights[i]
    if (stage.kind === 'halve' || !held)
      writeCommand(buffer, record, 'maxPool', {
        ...{
          src: from.address,
          srcRow: from.row,
          srcImage: 0,
          N: 1,
          H: shapes[i].side,
          W: shapes[i].side,
          C: channels,
        },
        ...{ dst: to.address, dstRow: to.row, dstImage: 0, index: 0, outH: side, outW: side },
        ...{ kh: 2, kw: 2, sy: 2, sx: 2, top: 0, left: 0 },
      })
    else {
      packPanels(stage, new Float32Array(buffer, held.panels))
      new Float32Array(buffer, held.bias, stage.filters).set(stage.bias)
      writeCommand(buffer, record, 'conv', {
        ...{ input: from.start, inXStep: from.pixel, inYStep: from.row, inRow: from.row, inImage: 0 },
        ...{ KH: stage.size, K: stage.size * stage.channels, packedB: held.panels, mode: 2, bias: held.bias },
        ...{ out: to.address, outPixel: to.pixel, outRow: to.row, outImage: 0 },
        ...{ outH: side, outW: side, Co: stage.filters, images: 1 },
      })
    }
  })

  const input = places[0]
  const inputValues = new Float32Array(buffer)
  const last = shapes[shapes.length - 1]
  const result = new Float32Array(buffer, places[places.length - 1].address, last.side * last.side * last.channels)
  return pixels => {
    for (let y = 0; y < 28; y++) {
      const at = (input.address + y * input.row) / 4
      for (let x = 0; x < 28; x++) inputValues[at + x] = pixels[y * 28 + x] / 255
    }
    kernels.run(list, stages.length, 0, 0, 1)
    return result.slice()
  }
}

const rowsOf = ({ size, channels }: Convolution) => size * size * channels

/** [K][N] -> [ceil(N / 16)][K][16], zeros behind the last column. */
function packPanels(stage: Convolution, target: Float32Array): void {
  const { kernel, filters } = stage
  const K = rowsOf(stage)
  for (let k = 0; k < K; k++)
    for (let n = 0; n < filters; n++) target[((n >> 4) * K + k) * 16 + (n & 15)] = kernel[k * filters + n]
}

/**
 * ONNX in and out.
 *
 * ```ts
 * import { loadOnnx } from 'inkling/onnx'
 * const model = await loadOnnx(bytes)
 * const { probabilities } = await model.run({ image: { shape: [1, 28, 28, 1], data } })
 * ```
 */
export { type ExportSource, exportOnnx, type OnnxExportOptions } from './export.ts'
export type { Port } from './file.ts'
export { type LoadOnnxOptions, loadOnnx, type OnnxInput, type OnnxModel, type OnnxOutput } from './model.ts'
export type { ToModelOptions } from './trainable.ts'
export { type Verification, type VerifyOptions, verifyOnnx } from './verify.ts'

export * from './onnx/index.ts'
export {
  type ExportSafetensorsOptions,
  exportSafetensors,
  type LoadedWeights,
  type LoadWeightsOptions,
  loadWeights,
  type WeightLayout,
} from './safetensors/index.ts'

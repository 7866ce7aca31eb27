import { addModelKind } from '../training/modelKinds.ts'

/** Lets weights files of imported models be loaded. What it takes is loaded when such a file is. */
export function knowImportedModels(): void {
  addModelKind('onnx', async (texts, where) => (await import('./onnx/origin.ts')).describeAgain(texts, where))
}

import { addModelKind } from '../training/modelKinds.ts'

/** Lets weights files be loaded that describe their model: imported ones, cascades. What it takes is loaded when such a file is. */
export function knowModelKinds(): void {
  addModelKind('onnx', async (texts, where) => (await import('./onnx/origin.ts')).describeAgain(texts, where))
  addModelKind('cascade', async (texts, where) =>
    (await import('../training/cascadeOrigin.ts')).describeCascade(texts, where),
  )
}

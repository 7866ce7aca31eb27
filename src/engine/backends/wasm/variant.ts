/** Chooses between the 128-bit and the 256-bit kernels. */
import { builtin, compileKernels } from './locate.ts'
import { type Finding, findingPath, readFinding, writeFinding } from './remembered.ts'
import { SelfTest } from './selfTest.ts'

/** 'wide': written for V8's revectoriser (pairs of 128-bit operations become 256-bit ones); 'narrow': plain 128-bit. */
export type Variant = 'wide' | 'narrow'

export interface ChosenVariant {
  variant: Variant
  /** Why, in words. */
  reason: string
  module: WebAssembly.Module
}

// Measured: with the revectoriser the wide tiles are 1.3 to 1.7 times as fast as the narrow ones, without it 0.7 times.
const WORTH_IT = 1.1
/** A ratio as near to that is not kept: another moment may find the opposite. */
const DOUBTFUL = 0.1
const FLAG = 'experimental-wasm-revectorize'
// Bytes a function runs before V8 compiles it for good. With the default the self-test would see that of few kernels.
const BUDGET = 1_000_000
const DEFAULT_BUDGET = 13_000_000

/**
 * Compiles the kernels asked for. 'auto' and 'wide' switch V8's revectoriser on for the whole process, then compare both
 * modules: the bits must be equal, and for 'auto' the wide one must be faster; else the flag is withdrawn and it is
 * 'narrow'. The environment variable INKLING_SIMD (narrow, wide, auto) overrules. The comparison takes a fifth of a
 * second; what it found is kept for this processor, Node and kernels.
 *
 * @param memory the engine's (shared); what lies from the arena's start on is used for the comparison and zeroed
 */
export async function chooseVariant(asked: Variant | 'auto', memory: WebAssembly.Memory): Promise<ChosenVariant> {
  const forced = environment('INKLING_SIMD')
  const wish = forced === 'narrow' || forced === 'wide' || forced === 'auto' ? forced : asked
  const narrow = async (reason: string): Promise<ChosenVariant> => ({
    ...{ variant: 'narrow', reason, module: await compileKernels('narrow') },
  })
  if (wish === 'narrow') return narrow(`${wish === forced ? 'INKLING_SIMD' : 'the caller'} asks for 128-bit kernels`)
  const v8 = builtin<typeof import('node:v8')>('node:v8')
  if (!v8) return narrow('only Node lets a program switch the revectoriser on')
  try {
    const file = findingPath()
    const finding = (file ? readFinding(file) : undefined) ?? (await compare(memory, v8))
    v8.setFlagsFromString(`--${FLAG}`)
    if (file && Math.abs(finding.ratio - WORTH_IT) > DOUBTFUL) writeFinding(file, finding)
    const words = `256-bit tiles run ${finding.ratio.toFixed(2)} times as fast as 128-bit ones`
    if (finding.wrong.length) throw new Error(`the 256-bit kernels give other bits: ${finding.wrong.join(', ')}`)
    if (wish === 'auto' && finding.ratio < WORTH_IT) throw new Error(words)
    return { variant: 'wide', reason: words, module: await compileKernels('wide') }
  } catch (error) {
    v8.setFlagsFromString(`--no-${FLAG}`)
    return narrow((error as Error).message)
  }
}

/** The self-test. Leaves the flag set: it must not be off while V8 still compiles the wide kernels in the background. */
async function compare(memory: WebAssembly.Memory, v8: typeof import('node:v8')): Promise<Finding> {
  v8.setFlagsFromString(`--wasm-tiering-budget=${BUDGET}`)
  try {
    const test = new SelfTest(memory, await compileKernels('narrow'))
    try {
      v8.setFlagsFromString(`--${FLAG}`)
      test.take(await compileKernels('wide'))
      const ratio = test.speedRatio(6)
      test.warm(50)
      return { ratio, wrong: test.differences() }
    } finally {
      test.clean()
    }
  } finally {
    v8.setFlagsFromString(`--wasm-tiering-budget=${DEFAULT_BUDGET}`)
  }
}

function environment(name: string): string | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name]
}

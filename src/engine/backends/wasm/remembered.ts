/** What the self-test found, kept by processor, Node and kernels, so that not every start has to wait for it. */
import { builtin, kernelLocation } from './locate.ts'

/** Result of a self-test. */
export interface Finding {
  /** How many times as fast the 256-bit kernels are as the 128-bit ones. */
  ratio: number
  /** What they compute otherwise. */
  wrong: string[]
}

/** Where this machine's finding is kept; undefined where there are no files. */
export function findingPath(): string | undefined {
  const fs = builtin<typeof import('node:fs')>('node:fs')
  const os = builtin<typeof import('node:os')>('node:os')
  const path = builtin<typeof import('node:path')>('node:path')
  const crypto = builtin<typeof import('node:crypto')>('node:crypto')
  if (!fs || !os || !path || !crypto) return undefined
  try {
    const hash = crypto.createHash('sha256').update(`${process.version} ${os.arch()} ${os.cpus()[0]?.model}`)
    for (const name of ['narrow', 'wide'] as const) hash.update(fs.readFileSync(kernelLocation(name)))
    const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache')
    return path.join(cache, 'inkling', `kernels-${hash.digest('hex').slice(0, 16)}.json`)
  } catch {
    return undefined
  }
}

export function readFinding(file: string): Finding | undefined {
  try {
    const { ratio, wrong } = JSON.parse(builtin<typeof import('node:fs')>('node:fs')?.readFileSync(file, 'utf8') ?? '')
    return typeof ratio === 'number' && Array.isArray(wrong) ? { ratio, wrong: wrong.map(String) } : undefined
  } catch {
    return undefined
  }
}

/** Keeps a finding; a folder that can't be written only means that the next start looks again. */
export function writeFinding(file: string, finding: Finding): void {
  const fs = builtin<typeof import('node:fs')>('node:fs')
  try {
    fs?.mkdirSync(file.replace(/[^\\/]+$/, ''), { recursive: true })
    const partial = `${file}.${process.pid}`
    fs?.writeFileSync(partial, `${JSON.stringify(finding)}\n`)
    fs?.renameSync(partial, file)
  } catch {}
}

import { availableParallelism, cpus } from 'node:os'
import type { Backend } from '../engine/backend.ts'
import type { RunConfig } from './runConfig.ts'

/** Where and by what something is computed: recorded with every run and result. `version` is the program's. */
export function environmentOf(backend: Backend, version = 'unknown'): RunConfig['environment'] {
  return {
    inkling: version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} threads`,
    backend: backend.description,
    threads: backend.threads,
  }
}

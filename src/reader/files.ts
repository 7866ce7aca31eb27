/** Where the reader's files are and how they are read, in browsers, workers, Node, Deno and Bun. */
import { InklingError } from '../errors.ts'
import type { ReaderModel } from './networks.ts'

/** Addresses of the reader's files, where they are not beside its code. */
export interface ReaderFiles {
  /** `narrow-single.wasm`. */
  kernels?: string | URL
  /** `reader.safetensors` or `pocket-reader.safetensors`. */
  weights?: string | URL
}

// In the checkout this file is .ts and nothing lies beside it; in the package it is bundled, with the files beside it.
const here = import.meta.url
const inCheckout = /\.ts(\?|$)/.test(here)
const fromRoot = (path: string) => new URL(`../../${path}`, here)

// Bundlers look for the literal `new URL(..., import.meta.url)` and bring the files along.
export const kernelsUrl = (): URL =>
  inCheckout ? fromRoot('build/kernels/narrow-single.wasm') : new URL('./kernels/narrow-single.wasm', import.meta.url)

export function weightsUrl(model: ReaderModel): URL {
  if (inCheckout) return fromRoot(`models/${model}.safetensors`)
  return model === 'reader'
    ? new URL('./models/reader.safetensors', import.meta.url)
    : new URL('./models/pocket-reader.safetensors', import.meta.url)
}

/** The bytes at an address: a file where there is a file system, else fetched. */
export async function readBytes(address: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(address, here)
  try {
    const { process } = globalThis as { process?: { getBuiltinModule?(name: 'node:fs'): typeof import('node:fs') } }
    const fs = url.protocol === 'file:' ? process?.getBuiltinModule?.('node:fs') : undefined
    if (fs) return new Uint8Array(await fs.promises.readFile(url))
    const response = await fetch(url)
    if (!response.ok) throw new Error(`HTTP status ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    throw new InklingError(`the reader could not load ${url.href}: ${(cause as Error).message}`, {
      cause,
      hint: 'Bundlers that move files apart: give their addresses with loadReader({ files: { kernels, weights } }).',
    })
  }
}

import { readSafetensors, writeSafetensors } from '../nn/safetensors.ts'
import type { Head } from './networks.ts'

/** A reader's file with another last layer. */
export function saveReader(bytes: Uint8Array, { kernel, bias, classes }: Head): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes, 'the reader’s weights')
  const n = classes.length
  tensors.set('dense_1/kernel', { shape: [kernel.length / n, n], values: kernel })
  tensors.set('dense_1/bias', { shape: [n], values: bias })
  return writeSafetensors(tensors, { ...metadata, classes: JSON.stringify(classes) })
}

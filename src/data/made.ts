import type { LoadedDataset } from './loaded.ts'
import { listDatasets } from './registry.ts'

/**
 * Built-in sets that stand in for real ones of the same form, by the real one's name: all that runs on the real one runs
 * on them, and its figures mean nothing.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  mnist: 'drawn',
  kaggle: 'drawn',
  az: 'drawn-letters',
  glyphs: 'drawn-glyphs',
  'cifar-10': 'made-pictures',
  mitdb: 'made-heartbeats',
}

/** What must stand beside every figure on data that the program made itself; undefined for real data. */
export function madeWarning({ name, drawn }: Pick<LoadedDataset, 'name' | 'drawn'>): string | undefined {
  if (!drawn) return undefined
  // `drawn:0O` is a part of `drawn`.
  const [set] = name.split(/[: ]/)
  const known = listDatasets().find(info => info.name === set)
  return known?.made ?? 'These examples are made by the program: the figures say nothing about real ones.'
}

/** Placeholder of types until the augmentation lands. */
export interface AugmentSettings {
  rotate?: number
}
export function augmentPicture(_: unknown): void {
  throw new Error('augmentation is not built yet')
}
export function augmentSettingsBlock(_: AugmentSettings): number[] {
  throw new Error('augmentation is not built yet')
}

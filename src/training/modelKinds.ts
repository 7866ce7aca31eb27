import type { Model } from '../nn/model.ts'

/** Describes a model again from the texts that came with its weights ({@link Model.origin}). */
export type Describe = (origin: Readonly<Record<string, string>>, where: string) => Promise<Model> | Model

const kinds = new Map<string, Describe>()

/** Makes models known whose files describe them: those that have the text `key`. */
export function addModelKind(key: string, describe: Describe): void {
  kinds.set(key, describe)
}

/** The model that the texts of a file describe; undefined where they describe none. */
export async function describedBy(
  texts: Readonly<Record<string, string>> | undefined,
  where: string,
): Promise<Model | undefined> {
  for (const [key, describe] of kinds) if (texts && Object.hasOwn(texts, key)) return await describe(texts, where)
  return undefined
}

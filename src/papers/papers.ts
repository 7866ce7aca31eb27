import { text as dutta } from './dutta2022/text.ts'
import type { PaperId } from './experiment.ts'
import { text as fatov } from './fatov2024/text.ts'
import { text as li } from './li2024/text.ts'
import type { Look } from './look.ts'
import { text as mnistReport } from './mnistReport/text.ts'
import { text as xu } from './xu2022/text.ts'

/** What a paper did, what came of it here, where and why that differs. */
export interface PaperText {
  id: PaperId
  title: string
  /** Markdown. */
  text(look: Look): string
}

export const papers: readonly PaperText[] = [li, xu, dutta, fatov, mnistReport]

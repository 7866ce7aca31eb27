import { text as dutta } from './dutta2022/text.ts'
import { text as fatov } from './fatov2024/text.ts'
import { text as li } from './li2024/text.ts'
import type { PaperText } from './look.ts'
import { text as mnistReport } from './mnistReport/text.ts'
import { text as xu } from './xu2022/text.ts'

export const papers: readonly PaperText[] = [li, xu, dutta, fatov, mnistReport]

import { batchNormLowerings } from './batchNorm.ts'
import { conv2dLowerings } from './conv2d.ts'
import { depthwiseLowerings } from './depthwise.ts'
import { elementwiseLowerings } from './elementwise.ts'
import { lossLowerings } from './losses.ts'
import { matmulLowerings } from './matmul.ts'
import { pictureLowerings } from './pictures.ts'
import { poolLowerings } from './pool2d.ts'
import { recurrentLowerings } from './recurrent.ts'
import { reduceLowerings } from './reduce.ts'
import { shapeLowerings } from './shape.ts'
import type { LoweringTable } from './table.ts'
import { updateLowerings } from './updates.ts'

/** Every op that has a kernel. */
export const allLowerings: LoweringTable = new Map([
  ...elementwiseLowerings(),
  ...reduceLowerings(),
  ...shapeLowerings(),
  ...matmulLowerings(),
  ...conv2dLowerings(),
  ...depthwiseLowerings(),
  ...poolLowerings(),
  ...batchNormLowerings(),
  ...recurrentLowerings(),
  ...lossLowerings(),
  ...updateLowerings(),
  ...pictureLowerings(),
])

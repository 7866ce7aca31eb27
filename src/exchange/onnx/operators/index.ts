import type { Op } from '../../../engine/graph.ts'
import type { Exporter } from '../exporter.ts'
import type { Importer, Importers } from '../importer.ts'
import * as constants from './constants.ts'
import * as convolution from './convolution.ts'
import * as elementwise from './elementwise.ts'
import * as normalization from './normalization.ts'
import * as parts from './parts.ts'
import * as pooling from './pooling.ts'
import * as products from './products.ts'
import * as recurrent from './recurrent.ts'
import * as reduction from './reduction.ts'
import * as reshaping from './reshaping.ts'
import * as resizing from './resizing.ts'

/** What each operator of ONNX becomes, by its name. */
export const importers: ReadonlyMap<string, Importer> = new Map(
  [
    convolution.importers,
    pooling.importers,
    products.importers,
    elementwise.importers,
    elementwise.comparisonImporters,
    normalization.importers,
    reduction.importers,
    reshaping.importers,
    resizing.importers,
    parts.importers,
    constants.importers,
    recurrent.importers,
  ].flatMap((table: Importers) => Object.entries(table)),
)

/** What each op of the engine becomes in ONNX; ops that only training uses have no entry. */
export const exporters: ReadonlyMap<Op, Exporter> = new Map(
  [
    convolution.exporters,
    pooling.exporters,
    products.exporters,
    elementwise.exporters,
    normalization.exporters,
    reduction.exporters,
    reshaping.exporters,
    parts.exporters,
    recurrent.exporters,
  ].flat(),
)

/** Records of WFDB, PhysioNet's file format: header, signals, annotations. Works on bytes, so anywhere. */
export { parseWfdbAnnotations, type WfdbAnnotation } from './annotations.ts'
export { ANNOTATION_CODES, isBeat } from './codes.ts'
export {
  encode212,
  encodeAnnotations,
  encodeRecord,
  type PlainAnnotation,
  type PlainRecord,
  type PlainSignal,
} from './encoding.ts'
export { parseWfdbHeader, type WfdbHeader, type WfdbSignalHeader } from './header.ts'
export { decodeWfdbSignals, physicalValues, type WfdbFile, type WfdbSignal } from './record.ts'

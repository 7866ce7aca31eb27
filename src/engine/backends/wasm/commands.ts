/**
 * The command table: the one interface between the planner (TypeScript) and the kernels (AssemblyScript).
 *
 * A plan is a list of 128-byte records in shared memory: word 0 = opcode (position in this table + 1), words 1.. = the
 * arguments in the order given here, word 31 = flags. `scripts/build-kernels.mjs` reads this object literal (keep it
 * plain: strings, arrays, comments) and generates one AssemblyScript record class per command and the switch that calls
 * the exported function of the same name in `kernels/*.ts`:
 *
 *   export function fill(record: usize, tid: i32, threads: i32): void {
 *     const c = changetype<FillCommand>(record)      // import { FillCommand } from './generated/commands'
 *
 * Conventions: arguments are i32 unless written `'name: f32'` (then `writeCommand` takes the float and the record field
 * is an f32). Addresses, strides and sizes named ...Stride/Row/Image/Step/Pixel/Bytes are BYTES, counts are elements.
 * Tensors are f32, row-major, NHWC, 64-byte aligned. Kernels may read (not write) up to 64 bytes past a buffer's end.
 * Results never depend on the number of threads.
 */
export const commands = {
  // ── tiles, products, data movement ──────────────────────────────────────────────────────────────────────────────
  /** dst[0..count) = value */
  fill: ['dst', 'count', 'value: f32'],
} as const

export type CommandName = keyof typeof commands
type ArgumentName<T extends string> = T extends `${infer N}: f32` ? N : T
/** Named arguments of a command, all numbers. */
export type CommandArguments<C extends CommandName> = Record<ArgumentName<(typeof commands)[C][number]>, number>

/** Bytes of one record. */
export const RECORD_BYTES = 128
/** Flag: the next command is independent of this one, so no barrier is needed between them. */
export const NO_BARRIER = 1

interface Field {
  name: string
  float: boolean
}

const names = Object.keys(commands) as CommandName[]
const opcodes = new Map<CommandName, number>(names.map((name, i) => [name, i + 1]))
const fields = new Map<CommandName, Field[]>(
  names.map(name => [
    name,
    commands[name].map((a: string) => ({ name: a.replace(/:.*$/, ''), float: a.endsWith(': f32') })),
  ]),
)

export function opcodeOf(name: CommandName): number {
  return opcodes.get(name)!
}

/**
 * Writes one record.
 *
 * @param buffer the engine's memory
 * @param address of the record, a multiple of 4
 * @throws Error when an argument is missing, unknown or not a finite number
 */
export function writeCommand<C extends CommandName>(
  buffer: ArrayBufferLike,
  address: number,
  name: C,
  values: CommandArguments<C>,
  flags = 0,
): void {
  const words = new Int32Array(buffer, address, RECORD_BYTES / 4)
  const floats = new Float32Array(buffer, address, RECORD_BYTES / 4)
  const list = fields.get(name)
  if (!list) throw new Error(`unknown command "${name}"`)
  const given = values as Record<string, number>
  words.fill(0)
  words[0] = opcodes.get(name)!
  list.forEach((field, i) => {
    const value = given[field.name]
    if (field.float && typeof value === 'number') floats[i + 1] = value
    else if (Number.isInteger(value)) words[i + 1] = value
    else throw new Error(`command ${name}: argument "${field.name}" must be an integer, got ${value}`)
  })
  if (Object.keys(given).length !== list.length) {
    const extra = Object.keys(given).filter(key => !list.some(field => field.name === key))
    throw new Error(`command ${name}: unknown argument "${extra.join('", "')}"`)
  }
  words[RECORD_BYTES / 4 - 1] = flags
}

/** Fingerprint of the table; the compiled kernels export theirs, and a difference means a stale build. */
export function tableFingerprint(): number {
  let hash = 0x811c9dc5
  const text = JSON.stringify(commands)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}

/** Just enough of protocol buffers to write an ONNX file. A message is its fields one behind the other. */
export type Field = Uint8Array

const VARINT = 0
const BYTES = 2

function varint(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  out.push(rest)
  return out
}

export function integer(number: number, value: number): Field {
  return Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value)])
}

export function bytes(number: number, value: Uint8Array): Field {
  const head = [...varint(number * 8 + BYTES), ...varint(value.length)]
  const out = new Uint8Array(head.length + value.length)
  out.set(head)
  out.set(value, head.length)
  return out
}

export function text(number: number, value: string): Field {
  return bytes(number, new TextEncoder().encode(value))
}

export function float(number: number, value: number): Field {
  return Uint8Array.from([...varint(number * 8 + 5), ...new Uint8Array(Float32Array.of(value).buffer)])
}

/** A message within a message. */
export function message(number: number, fields: readonly Field[]): Field {
  return bytes(number, join(fields))
}

export function join(fields: readonly Field[]): Uint8Array {
  const out = new Uint8Array(fields.reduce((sum, f) => sum + f.length, 0))
  let at = 0
  for (const field of fields) {
    out.set(field, at)
    at += field.length
  }
  return out
}

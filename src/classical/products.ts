import type { Backend, Executable, Session } from '../engine/backend.ts'
import { Graph } from '../engine/graph.ts'
import { matmul } from '../engine/ops/index.ts'
import { type Matrix, rowsOf } from './matrix.ts'

/** Values of the held matrix in one plan: 64 MiB. */
const CHUNK = 1 << 24

/** Inner products of batches of rows with the rows of one large matrix. */
export interface HeldProducts {
  /** Rows in a batch. */
  readonly batch: number
  /**
   * All products of `rows` [n <= batch, columns] with the held rows, a stretch of held rows at a time: `each` is given
   * [batch, count] products with the rows from `first` on. A last batch of fewer rows is padded with zeros.
   */
  multiply(rows: Float32Array, each: (products: Float32Array, first: number, count: number) => void): Promise<void>
  close(): Promise<void>
}

/** Puts a matrix into the engine's memory once, in stretches, to multiply it with many small ones. */
export async function holdForProducts(backend: Backend, held: Matrix, batch: number): Promise<HeldProducts> {
  const { columns } = held
  const stretch = Math.max(1, Math.min(held.rows, Math.floor(CHUNK / columns)))
  const session = backend.createSession()
  const chunks: { step: Executable<'y'>; first: number; count: number }[] = []
  try {
    for (let first = 0; first < held.rows; first += stretch) {
      const count = Math.min(stretch, held.rows - first)
      const graph = new Graph()
      const name = `rows${first}`
      const x = graph.input('x', [batch, columns])
      const y = matmul(x, graph.parameter(name, [count, columns], { trainable: false }), false, true)
      chunks.push({ step: await session.compile(graph, { y }), first, count })
    }
    for (const { first, count } of chunks) session.write(`rows${first}`, rowsOf(held, first, first + count))
  } catch (error) {
    await session.close()
    throw error
  }
  const padded = new Float32Array(batch * columns)
  return {
    batch,
    async multiply(rows, each) {
      let x = rows
      if (rows.length < padded.length) {
        padded.fill(0).set(rows)
        x = padded
      }
      // The next stretch is computed while this one is looked at.
      let under = chunks[0].step.run({ x })
      for (let i = 0; i < chunks.length; i++) {
        const { y } = await under
        if (i + 1 < chunks.length) under = chunks[i + 1].step.run({ x })
        each(y as Float32Array, chunks[i].first, chunks[i].count)
      }
    },
    close: () => session.close(),
  }
}

/** Products of matrices that change at every call; plans are kept by size. */
export interface Products {
  /** a [m, d] x b [n, d] transposed -> [m, n]. */
  byRows(a: Float32Array, b: Float32Array, d: number): Promise<Float32Array>
  /** a [d, m] transposed x b [d, n] -> [m, n]. */
  byColumns(a: Float32Array, b: Float32Array, d: number): Promise<Float32Array>
  close(): Promise<void>
}

export function createProducts(backend: Backend): Products {
  const session: Session = backend.createSession()
  const plans = new Map<string, Promise<Executable<'y'>>>()
  const run = async (a: Float32Array, b: Float32Array, d: number, columns: boolean) => {
    const [m, n] = [a.length / d, b.length / d]
    const key = `${m} ${n} ${d} ${columns}`
    let plan = plans.get(key)
    if (!plan) {
      const graph = new Graph()
      const x = graph.input('a', columns ? [d, m] : [m, d])
      const w = graph.input('b', columns ? [d, n] : [n, d])
      plan = session.compile(graph, { y: matmul(x, w, columns, !columns) })
      plans.set(key, plan)
    }
    return (await (await plan).run({ a, b })).y as Float32Array
  }
  return {
    byRows: (a, b, d) => run(a, b, d, false),
    byColumns: (a, b, d) => run(a, b, d, true),
    close: () => session.close(),
  }
}

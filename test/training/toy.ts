import { createDataset, type Dataset } from '../../src/data/dataset.ts'
import type { Backend, Executable, Session } from '../../src/engine/backend.ts'
import { createReferenceBackend } from '../../src/engine/backends/reference.ts'
import type { Graph, Tensor } from '../../src/engine/graph.ts'
import { activation, batchNorm, conv2d, dense, dropout, flatten, sequential } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'

/** 6 x 6 grey pictures of three classes: the band that is bright names the class. */
export function bands(length: number, seed = 1, classes: readonly string[] = ['top', 'middle', 'bottom']): Dataset {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length }, () => random.int(3))
  const features = new Uint8Array(length * 36)
  for (let i = 0; i < features.length; i++) {
    const bright = Math.floor((i % 36) / 12) === labels[Math.floor(i / 36)]
    features[i] = (bright ? 110 : 30) + random.int(100)
  }
  return createDataset({ name: `bands/${seed}`, shape: [6, 6, 1], classes, features, labels })
}

/** A net with everything that has a state of its own: batch normalisation, dropout. */
export const toyNet = () =>
  sequential(
    [6, 6, 1],
    [conv2d(3, 3), batchNorm({ momentum: 0.9 }), activation('relu'), flatten(), dropout(0.3), dense(3)],
    { name: 'toy' },
  )

/** The smallest net: softmax regression. */
export const plainNet = () => sequential([6, 6, 1], [flatten(), dense(3)], { name: 'plain' })

/**
 * The reference backend with parameters rounded to f32 after every run, as real backends hold them: so a checkpoint
 * loses nothing.
 */
export function roundedBackend(): Backend {
  const inner = createReferenceBackend()
  return {
    ...inner,
    description: 'reference, f32 parameters',
    createSession() {
      const session = inner.createSession()
      const round = () => {
        for (const name of session.names()) session.write(name, session.read(name))
      }
      return {
        async compile<K extends string>(graph: Graph, outputs: Record<K, Tensor>): Promise<Executable<K>> {
          const executable = await session.compile(graph, outputs)
          return {
            ...executable,
            async run(feeds) {
              const fetched = await executable.run(feeds)
              round()
              return fetched
            },
          }
        },
        read: name => session.read(name),
        write: (name, values) => session.write(name, values),
        has: name => session.has(name),
        names: () => session.names(),
        close: () => session.close(),
      } satisfies Session
    },
  }
}

/** All bits of a set of values, as text that can be compared. */
export function bits(values: ReadonlyMap<string, Float32Array>): string {
  return [...values.keys()]
    .sort()
    .map(
      name =>
        `${name}:${Buffer.from(new Uint8Array((values.get(name) as Float32Array).slice().buffer)).toString('base64')}`,
    )
    .join('\n')
}

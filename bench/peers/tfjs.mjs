// TensorFlow.js on its wasm backend as a system of the benchmark. In Node it runs on one thread.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { labels, numbers, passes, serve, sizeOf } from './serve.mjs'

// It reads its wasm file by fetch, which in Node knows no files, unless it thinks that there is none.
delete globalThis.fetch
const tf = await import('@tensorflow/tfjs')
const wasm = await import('@tensorflow/tfjs-backend-wasm')
const require = createRequire(import.meta.url)
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`)
// Its Keras-like layers warn about each other at every step.
tf.enableProdMode()
await tf.setBackend('wasm')
await tf.ready()

await serve({
  hello: async () => {
    if (tf.getBackend() !== 'wasm') throw new Error('its wasm backend did not start')
    return { description: `TensorFlow.js ${tf.version.tfjs}, wasm, ${wasm.getThreadsCount() || 1} thread` }
  },
  ...passes(request => (request.pass === 'train' ? trainPass(request.workload) : forwardPass(request.workload))),
})

function trainPass({ network, batch }) {
  const model = build(network)
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' })
  const x = tf.tensor(numbers(batch * sizeOf(network.input)), [batch, ...network.input])
  const y = tf.oneHot(tf.tensor1d(labels(batch, network.classes), 'int32'), network.classes)
  return async () => {
    await model.trainOnBatch(x, y)
  }
}

function forwardPass({ network, batch }) {
  const model = build(network)
  const x = tf.tensor(numbers(batch * sizeOf(network.input)), [batch, ...network.input])
  return async () => {
    const y = tf.tidy(() => model.predict(x, { batchSize: batch }))
    await y.data()
    y.dispose()
  }
}

function build(network) {
  const input = tf.input({ shape: network.input })
  return tf.model({ inputs: input, outputs: tf.layers.softmax().apply(stack(network.layers, input)) })
}

function stack(specs, x) {
  return specs.reduce((value, spec) => apply(spec, value), x)
}

function apply(spec, x) {
  const activation = spec.relu ? 'relu' : undefined
  switch (spec.type) {
    case 'conv':
      return conv(spec, activation, x)
    case 'dense':
      return tf.layers.dense({ units: spec.units, activation }).apply(x)
    case 'maxPool':
      return tf.layers.maxPooling2d({ poolSize: spec.size }).apply(x)
    case 'averagePool':
      return tf.layers.averagePooling2d({ poolSize: spec.size }).apply(x)
    case 'globalAveragePool':
      return tf.layers.globalAveragePooling2d({}).apply(x)
    case 'flatten':
      return tf.layers.flatten().apply(x)
    case 'relu':
      return tf.layers.reLU().apply(x)
    case 'dropout':
      return tf.layers.dropout({ rate: spec.rate }).apply(x)
    case 'batchNorm':
      return tf.layers.batchNormalization({ epsilon: spec.epsilon, momentum: spec.momentum }).apply(x)
    case 'recurrent': {
      const layer = spec.cell === 'lstm' ? tf.layers.lstm : tf.layers.simpleRNN
      const recurrentActivation = spec.cell === 'lstm' ? { recurrentActivation: 'sigmoid' } : {}
      const recurrentInitializer = 'glorotUniform'
      const options = {
        units: spec.units,
        returnSequences: spec.sequences,
        recurrentInitializer,
        ...recurrentActivation,
      }
      return layer(options).apply(x)
    }
    case 'residual':
      return tf.layers.reLU().apply(tf.layers.add().apply([stack(spec.body, x), stack(spec.shortcut, x)]))
    case 'denseBlockLayer':
      return tf.layers.concatenate().apply([x, stack(spec.body, x)])
    default:
      throw new Error(`no TensorFlow.js layer for ${spec.type}`)
  }
}

function conv({ filters, size, stride, padding, bias }, activation, x) {
  const same = padding === (size - 1) / 2
  if (!same && padding !== 0) throw new Error(`no TensorFlow.js layer for padding ${padding} of a window of ${size}`)
  const options = { filters, kernelSize: size, strides: stride, useBias: bias, activation }
  // Its 'same' may put the zeros elsewhere when the stride is 2; the work is equal.
  return tf.layers.conv2d({ ...options, padding: same && size > 1 ? 'same' : 'valid' }).apply(x)
}

// jax-js on its wasm backend as a system of the benchmark. Arrays are owned: what is used again is passed as `.ref`.
import { grad, init, jit, lax, nn, numpy as np, random, tree } from '@jax-js/jax'
import { labels, numbers, passes, serve, sizeOf } from './serve.mjs'

const devices = await init('wasm')

await serve({
  hello: () => {
    if (!devices.includes('wasm')) throw new Error('its wasm backend did not start')
    return { description: 'jax-js, wasm' }
  },
  ...passes(request => (request.pass === 'train' ? trainPass(request.workload) : forwardPass(request.workload))),
})

function trainPass({ network, batch }) {
  const { parameters, apply } = build(network)
  const x = inputOf(network, batch)
  const y = nn.oneHot(np.array(labels(batch, network.classes), { dtype: np.int32 }), network.classes)
  const loss = (p, images, targets, key) =>
    nn
      .logSoftmax(apply(p, images, key), -1)
      .mul(targets)
      .sum()
      .mul(-1 / batch)
  const step = jit((p, m, v, images, targets, key, correction1, correction2) => {
    const gradient = grad(loss)(tree.ref(p), images, targets, key)
    return adam(p, gradient, m, v, correction1, correction2)
  })
  const zeros = () => tree.map(a => np.zeros(a.shape), tree.ref(parameters))
  let state = [parameters, zeros(), zeros()]
  let count = 0
  return async () => {
    count++
    const corrections = [np.array(1 - 0.9 ** count), np.array(1 - 0.999 ** count)]
    state = step(...state, x.ref, y.ref, random.key(count), ...corrections)
    await Promise.all(tree.leaves(state[0]).map(a => a.ref.blockUntilReady().then(b => b.dispose())))
  }
}

/** Kingma and Ba's update over a list of layers, each a list of arrays. */
function adam(parameters, gradients, means, squares, correction1, correction2) {
  const out = [[], [], []]
  parameters.forEach((layer, i) => {
    for (const list of out) list.push([])
    layer.forEach((p, j) => {
      const g = gradients[i][j]
      const m = means[i][j].mul(0.9).add(g.ref.mul(0.1))
      const v = squares[i][j].mul(0.999).add(np.square(g).mul(0.001))
      const down = np.sqrt(v.ref.div(correction2.ref)).add(1e-7)
      out[0][i].push(p.sub(m.ref.div(correction1.ref).div(down).mul(1e-3)))
      out[1][i].push(m)
      out[2][i].push(v)
    })
  })
  correction1.dispose()
  correction2.dispose()
  return out
}

function forwardPass({ network, batch }) {
  const { parameters, apply } = build(network)
  const x = inputOf(network, batch)
  const predict = jit((p, images) => nn.softmax(apply(p, images), -1))
  return async () => {
    const y = predict(tree.ref(parameters), x.ref)
    await y.data()
  }
}

function inputOf({ input }, batch) {
  return np.array(numbers(batch * sizeOf(input))).reshape([batch, ...nchw(input)])
}

/** Its convolutions are channels-first. */
function nchw(shape) {
  return shape.length === 3 ? [shape[2], shape[0], shape[1]] : shape
}

/** Parameters as a list of layers, and the function of (parameters, x, key); without a key nothing is dropped. */
function build({ input, layers }) {
  const parameters = []
  const steps = []
  let shape = nchw(input)
  let seed = 1
  const weight = (dims, fanIn) =>
    np
      .array(numbers(sizeOf(dims), seed++))
      .reshape(dims)
      .mul(Math.sqrt(3 / fanIn))
  const put = list => parameters.push(list) - 1
  layers.forEach((spec, number) => {
    const relu = v => (spec.relu ? nn.relu(v) : v)
    if (spec.type === 'conv') {
      const { filters, size, stride, padding } = spec
      const i = put([weight([filters, shape[0], size, size], shape[0] * size * size), np.zeros([filters, 1, 1])])
      const pad = [padding, padding]
      steps.push((p, x) => relu(lax.convGeneralDilated(x, p[i][0], [stride, stride], [pad, pad]).add(p[i][1])))
      const out = n => Math.floor((n + 2 * padding - size) / stride) + 1
      shape = [filters, out(shape[1]), out(shape[2])]
    } else if (spec.type === 'maxPool') {
      const n = spec.size
      const [c, h, w] = [shape[0], shape[1] / n, shape[2] / n]
      steps.push((_, x) => np.max(x.reshape([-1, c, h, n, w, n]), [3, 5]))
      shape = [c, h, w]
    } else if (spec.type === 'flatten') {
      shape = [sizeOf(shape)]
      const [width] = shape
      steps.push((_, x) => x.reshape([-1, width]))
    } else if (spec.type === 'dense') {
      const i = put([weight([shape[0], spec.units], shape[0]), np.zeros([spec.units])])
      steps.push((p, x) => relu(np.dot(x, p[i][0]).add(p[i][1])))
      shape = [spec.units]
    } else if (spec.type === 'dropout') {
      const keep = 1 - spec.rate
      steps.push((_, x, key) => {
        if (!key) return x
        const drawn = random.uniform(random.split(key.ref, layers.length).slice(number), x.shape)
        return x.mul(drawn.less(keep).astype(np.float32)).mul(1 / keep)
      })
    } else throw new Error(`the benchmark has no jax-js version of ${spec.type} layers`)
  })
  const apply = (p, x, key) => {
    const y = steps.reduce((value, step) => step(p, value, key), x)
    key?.dispose()
    return y
  }
  return { parameters, apply }
}

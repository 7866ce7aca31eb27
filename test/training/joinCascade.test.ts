import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDataset, labelsOf, onlyClasses } from '../../src/data/index.ts'
import type { Backend } from '../../src/engine/backend.ts'
import {
  adam,
  CascadeModel,
  dense,
  findModel,
  joinCascade,
  loadModel,
  sequential,
  TrainableModel,
} from '../../src/index.ts'
import { NEVER } from '../../src/nn/index.ts'
import { createRandom } from '../../src/random.ts'
import { cascadeOrigin } from '../../src/training/cascadeOrigin.ts'
import { backends } from '../backends.ts'

/** Four classes in a plane: c and d lie on rings around the same point, which no linear model tells apart. */
function points(count: number, seed: number) {
  const random = createRandom(seed)
  const labels = Int32Array.from({ length: count }, () => random.int(4))
  const features = Float32Array.from({ length: 2 * count })
  labels.forEach((label, i) => {
    const angle = random.uniform(0, 2 * Math.PI)
    const radius = label === 3 ? 1.5 : 0.5
    features[2 * i] = radius * Math.cos(angle) + [-4, 4, 0, 0][label]
    features[2 * i + 1] = radius * Math.sin(angle) + (label < 2 ? 4 : 0)
  })
  return createDataset({ name: 'points', shape: [2], classes: ['a', 'b', 'c', 'd'], features, labels })
}

const train = points(600, 1)
const validation = points(300, 2)
const judged = points(300, 3)
const linear = (classes: number, name: string) => sequential([2], [dense(classes, { activation: 'softmax' })], { name })

let backend: Backend
let main: TrainableModel
let rings: TrainableModel
beforeAll(async () => {
  backend = await backends[0].create()
  main = linear(4, 'plane')
  await main.fit(train, { backend, epochs: 20, optimizer: adam(0.05) })
  rings = sequential([2], [dense(16, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], { name: 'rings' })
  // In another order than the main network's.
  await rings.fit(onlyClasses(train, ['d', 'c']), { backend, epochs: 60, optimizer: adam(0.05) })
})
afterAll(() => backend.close())

test('networks trained apart read together what the main one confuses', async () => {
  const joined = await joinCascade(main, [rings], { validation, backend, name: 'both' })
  expect(joined.model).toBeInstanceOf(CascadeModel)
  expect([joined.name, joined.classes]).toEqual(['both', ['a', 'b', 'c', 'd']])
  const before = await main.evaluate(judged, { backend })
  const after = await joined.evaluate(judged, { backend })
  expect(before.accuracy).toBeLessThan(0.85)
  expect(after.accuracy).toBeGreaterThan(before.accuracy + 0.1)
  // The main network decides how likely the group is, the specialist within it.
  const { probabilities } = await joined.probabilities(judged, { backend })
  const alone = await main.probabilities(judged, { backend })
  labelsOf(judged).forEach((_, i) => {
    const mass = (p: Float32Array) => p[4 * i + 2] + p[4 * i + 3]
    expect(mass(probabilities)).toBeCloseTo(mass(alone.probabilities), 4)
  })
})

test('a specialist that knows less than the main network is never asked', async () => {
  const lost = linear(2, 'lost')
  lost.classes = ['a', 'b']
  const joined = await joinCascade(main, [lost], { validation, backend })
  expect(joined.weights.get('gate/threshold_1')).toEqual(Float32Array.of(NEVER))
  expect((await joined.evaluate(validation, { backend })).accuracy).toBeGreaterThanOrEqual(
    (await main.evaluate(validation, { backend })).accuracy,
  )
})

test('saved and loaded again: of parts of the zoo', async () => {
  const random = createRandom(5)
  const pictures = createDataset({
    ...{ name: 'noise', shape: [6, 6, 1], classes: ['a', 'b', 'c', 'd'] },
    features: Float32Array.from({ length: 40 * 36 }, () => random.normal()),
    labels: Int32Array.from({ length: 40 }, () => random.int(4)),
  })
  const part = (classes: string[]) => {
    const model = findModel('glyph-mlp').build({ inputShape: [6, 6, 1], classes: classes.length, set: { width: 7 } })
    const weights = new Map(
      [...model.initialWeights(classes.length)].map(([name, v]) => [name, v.map(w => w * 5 + 0.1)]),
    )
    return new TrainableModel(model, { classes, weights })
  }
  const joined = await joinCascade(part(['a', 'b', 'c', 'd']), [part(['d', 'b'])], {
    ...{ validation: pictures, backend, rule: 'top', name: 'pair' },
  })
  const bytes = joined.toBytes()
  const again = await loadModel(bytes)
  expect([again.name, again.classes]).toEqual(['pair', ['a', 'b', 'c', 'd']])
  expect(again.model).toMatchObject({ rule: 'top', specialists: [{ classes: [3, 1] }] })
  const probabilities = async (model: TrainableModel) =>
    (await model.probabilities(pictures, { backend })).probabilities
  expect(await probabilities(again)).toEqual(await probabilities(joined))
  expect(again.toBytes()).toEqual(bytes)
  // A specialist whose description is damaged.
  const broken = Buffer.from(bytes)
  broken.write('?', broken.indexOf('specialists'))
  await expect(loadModel(new Uint8Array(broken))).rejects.toThrow('its entry "cascade" makes no sense')
  // A part whose classes count by their names is built for the same names again.
  const inner = findModel('glyph-cascade').build({
    ...{ inputShape: [28, 28, 1], classes: 3, classNames: ['x', '0', 'O'] },
    set: { main: 'glyph-mlp', specialist: 'glyph-mlp' },
  })
  const origin = cascadeOrigin('mass', inner, [{ classes: [0, 1], model: part(['b', 'd']).model }])
  const { main: same } = JSON.parse(origin?.cascade as string)
  expect(same.classNames).toEqual(['x', '0', 'O'])
  // A part that only code describes, whatever it is called: so does the whole.
  const net = new TrainableModel(linear(4, 'reader').model, { classes: ['a', 'b', 'c', 'd'] })
  const own = await joinCascade(net, [rings], { validation, backend })
  await expect(loadModel(own.toBytes())).rejects.toThrow('is of model "cascade", which the zoo does not have')
})

test('parts that do not fit each other', async () => {
  const other = linear(2, 'other')
  other.classes = ['c', 'x']
  await expect(joinCascade(main, [other], { validation, backend })).rejects.toThrow(
    'other knows the class "x", which plane does not',
  )
  other.classes = ['c', 'd']
  other.scaling = { scale: [2] }
  await expect(joinCascade(main, [other], { validation, backend })).rejects.toThrow('other wants its values as')
  await expect(joinCascade(main, [], { validation, backend })).rejects.toThrow('needs a specialist')
  const turned = { ...validation, classes: ['a', 'b', 'd', 'c'] }
  await expect(joinCascade(main, [rings], { validation: turned, backend })).rejects.toThrow(
    'the classes of the validation part are a, b, d, c; those of plane a, b, c, d',
  )
})

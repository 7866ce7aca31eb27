import { describe, expect, test } from 'vitest'
import { buildModel, modelOf, withoutDropout } from '../../bench/workloads/build.ts'
import { chosenWorkloads, workloads } from '../../bench/workloads/index.ts'

describe.each(workloads)('$id, $title', workload => {
  test("what the other systems build is the zoo's model", () => {
    const shapes = (model: ReturnType<typeof modelOf>) => model.parameters().map(p => `${p.shape} ${p.trainable}`)
    expect(shapes(buildModel(workload.network, 'other'))).toEqual(shapes(modelOf(workload)))
  })

  test('its description survives JSON', () => {
    expect(JSON.parse(JSON.stringify(workload))).toEqual(workload)
  })
})

test('dropout is taken out wherever it is', () => {
  const [workload] = chosenWorkloads('w4')
  const { layers } = withoutDropout(workload.network)
  expect(layers.map(l => l.type)).toEqual(['recurrent', 'batchNorm', 'recurrent', 'dense', 'dense'])
})

test('an unknown workload is a usage error', () => {
  expect(() => chosenWorkloads('W1,W99')).toThrow('W99')
})

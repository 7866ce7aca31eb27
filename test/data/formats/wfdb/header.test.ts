import { expect, test } from 'vitest'
import { parseWfdbHeader } from '../../../../src/data/formats/wfdb/header.ts'

// Record 100 of MIT-BIH as PhysioNet has it.
const HEADER = `100 2 360 650000
100.dat 212 200 11 1024 995 -22131 0 MLII
100.dat 212 200 11 1024 1011 20052 0 V5
# 69 M 1085 1629 x1
# Aldomet, Inderal
`

test('the header of an MIT-BIH record', () => {
  const header = parseWfdbHeader(HEADER.replaceAll('\n', '\r\n'), '100.hea')
  expect(header).toMatchObject({ record: '100', frequency: 360, length: 650_000 })
  expect(header.signals[0]).toEqual({
    line: 2,
    file: '100.dat',
    format: 212,
    samplesPerFrame: 1,
    byteOffset: 0,
    gain: 200,
    uncalibrated: false,
    baseline: 1024,
    adcZero: 1024,
    units: 'mV',
    initialValue: 995,
    checksum: -22131,
    description: 'MLII',
  })
  expect(header.comments).toEqual(['69 M 1085 1629 x1', 'Aldomet, Inderal'])
})

test('gain with baseline and units, frames of several samples, offsets, descriptions with spaces', () => {
  const { signals, frequency, length } = parseWfdbHeader(
    'a 2 250/25(0) 0 12:00:00\na.dat 16x4+512 1.5e3(-20)/uV 12 0 5 7 0 Pleth. left hand\nb.dat 80\n',
    'a.hea',
  )
  expect({ frequency, length }).toEqual({ frequency: 250, length: undefined })
  expect(signals[0]).toMatchObject({
    ...{ format: 16, samplesPerFrame: 4, byteOffset: 512, gain: 1500, baseline: -20, units: 'uV' },
    description: 'Pleth. left hand',
  })
  // All that a line may leave out: gain 200, baseline 0, millivolts, nothing to verify.
  expect(signals[1]).toMatchObject({ gain: 200, uncalibrated: true, baseline: 0, units: 'mV', description: '' })
  expect(signals[1].checksum).toBeUndefined()
})

test.each([
  ['', 'x.hea has no record line'],
  ['# only a comment\n', 'x.hea has no record line'],
  ['x\n', 'x.hea, line 1: the number of signals is missing'],
  ['x 2 360 10\nx.dat 212\n', 'x.hea promises 2 signals but has 1 signal lines'],
  ['x/3 2 360 10\n', 'x.hea, line 1: x/3 is a record of several segments'],
  ['x -2 360 10\n', 'x.hea, line 1: "-2" is no number of signals'],
  ['x 1 360 -650000\nx.dat 212\n', 'x.hea, line 1: "-650000" is no number of samples'],
  ['x 1 360 65000000000000000\nx.dat 212\n', '"65000000000000000" is no number of samples'],
  ['x 1 fast 10\nx.dat 212\n', 'x.hea, line 1: "fast" is no frequency'],
  ['x 1 360 10\nx.dat twelve\n', 'x.hea, line 2: "twelve" is no signal format'],
  ['x 1 360 10\nx.dat 212:3\n', 'x.hea, line 2: a signal skewed by 3 samples'],
  ['x 1 360 10\nx.dat 212 a lot\n', 'x.hea, line 2: "a" is no gain'],
  ['x 1 360 10\nx.dat 212 200 11 zero\n', 'x.hea, line 2: "zero" is no ADC zero'],
])('refuses %j', (text, message) => {
  expect(() => parseWfdbHeader(text, 'x.hea')).toThrow(message)
})

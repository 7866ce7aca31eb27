import { createRandom, type Random } from '../../../random.ts'
import { encodeRecord, type PlainAnnotation } from '../../formats/wfdb/index.ts'
import { createChance, grainOf } from '../chance.ts'
import { type Patient, patientOf } from './patients.ts'
import { type MadeBeat, rhythmOf } from './rhythm.ts'

/** As MIT-BIH was recorded. */
const FREQUENCY = 360
const GAIN = 200
const ZERO = 1024
const TOP = 2047
/** A wave is drawn so many standard deviations to either side; beyond it is less than a step of the converter. */
const REACH = 4

/** Settings of {@link madeHeartRecord}. */
export interface MadeHeartOptions {
  /** Other seeds are other patients. Default 0. */
  seed?: number
  /** Of each recording. Default 120. */
  seconds?: number
}

/**
 * The files of a made record (`100.hea`, `100.dat`, `100.atr`) in the form of MIT-BIH: two leads at 360 Hz, beats as sums
 * of Gaussians, reference annotations. The same name and seed is the same patient, whatever else is made.
 */
export function madeHeartRecord(
  name: string,
  { seed = 0, seconds = 120 }: MadeHeartOptions = {},
): Record<string, Uint8Array> {
  const random = createRandom(seed).fork('made heartbeats').fork(name)
  const patient = patientOf(name, random.fork('patient'))
  const beats = rhythmOf(patient, seconds, random.fork('rhythm'))
  const samples = Math.round(seconds * FREQUENCY)
  const leads = traced(patient, beats, samples, random.fork('beats'))
  const burst = burstOf(samples, random.fork('burst'))
  disturb(leads, patient, burst, random.fork('noise'))
  const signals = leads.map((values, lead) => ({ description: patient.leads[lead], digital: digitised(values) }))
  const annotations = annotationsOf(patient, beats, burst, random.fork('reader'))
  return encodeRecord({
    ...{ name, frequency: FREQUENCY, signals, gain: GAIN, zero: ZERO, annotations },
    comments: ['Made by a program: there is no patient.'],
  })
}

/** The beats of both leads in millivolts, without noise: no two are quite alike. */
function traced({ leads }: Patient, beats: readonly MadeBeat[], samples: number, random: Random): Float32Array[] {
  const c = createChance(random)
  const out = leads.map(() => new Float32Array(samples))
  for (const { at, interval, waves } of beats) {
    const stretch = Math.sqrt(Math.min(interval, 1.2))
    const loud = c.about(1, 0.035)
    for (const wave of waves) {
      const moved = wave.name === undefined ? 1 : stretch
      const width = wave.width * moved * c.about(1, 0.04)
      const middle = (at + wave.at * moved + c.about(0, 0.0015)) * FREQUENCY
      const own = loud * c.about(1, 0.03)
      const [first, last] = [-1, 1].map(side => Math.round(middle + side * REACH * width * FREQUENCY))
      for (let t = Math.max(0, first); t <= Math.min(samples - 1, last); t++) {
        const off = (t - middle) / (width * FREQUENCY)
        const share = own * Math.exp((-off * off) / 2)
        for (let lead = 0; lead < out.length; lead++) out[lead][t] += share * wave.heights[lead]
      }
    }
  }
  return out
}

/** As the converter gives it, which has an end above and below. */
function digitised(values: Float32Array): Int16Array {
  const out = new Int16Array(values.length)
  for (let t = 0; t < out.length; t++) out[t] = Math.min(TOP, Math.max(0, Math.round(ZERO + GAIN * values[t])))
  return out
}

/** Where the signal is poor for a while: in a third of the recordings. */
function burstOf(samples: number, random: Random): [from: number, to: number] | undefined {
  const c = createChance(random)
  const from = Math.round(c.between(0.1, 0.8) * samples)
  const to = Math.min(samples - 1, from + Math.round(c.between(2, 5) * FREQUENCY))
  return c.yes(1 / 3) ? [from, to] : undefined
}

/** Adds what electrodes pick up beside the heart. */
function disturb(
  leads: readonly Float32Array[],
  { noise, breathing }: Patient,
  burst: [number, number] | undefined,
  random: Random,
): void {
  for (const [lead, values] of leads.entries()) {
    const own = random.fork(lead)
    const phase = own.uniform(0, 2 * Math.PI)
    let [wander, muscle] = [0, 0]
    for (let t = 0; t < values.length; t++) {
      const loud = burst && t >= burst[0] && t < burst[1] ? 3 : 1
      wander = 0.9995 * wander + grainOf(own) * noise.wander * 0.012
      muscle = 0.4 * muscle + grainOf(own) * noise.muscle * loud
      const seconds = t / FREQUENCY
      const breath = noise.wander * 0.5 * Math.sin(2 * Math.PI * breathing.rate * seconds + phase)
      values[t] += wander + muscle + breath + noise.mains * Math.sin(2 * Math.PI * 60 * seconds + phase)
    }
  }
}

/** What a cardiologist would have written: the rhythm, the beats a sample or two beside their peaks, poor stretches. */
function annotationsOf(
  { usual }: Patient,
  beats: readonly MadeBeat[],
  burst: [number, number] | undefined,
  random: Random,
): PlainAnnotation[] {
  const c = createChance(random)
  const rhythm = { sample: 18, symbol: '+', text: usual === '/' ? '(P\0' : '(N\0' }
  const marks = beats.map(({ at, symbol }) => ({ sample: Math.round(at * FREQUENCY + c.about(0, 0.8)), symbol }))
  const poor = (burst ?? []).map(sample => ({ sample, symbol: '~' }))
  return [rhythm, ...marks, ...poor].sort((a, b) => a.sample - b.sample)
}

import { createRandom, type Random } from '../../random.ts'

/** One made recording. */
export interface MadeSignal {
  label: string
  /** The machine that it is of, or the singer of a sound. */
  source: string
  rate: number
  names: readonly string[]
  /** [samples, channels]. */
  values: Float32Array
}

/** A made recording in which states follow each other. */
export interface MadeRecording extends Omit<MadeSignal, 'label'> {
  /** In seconds. */
  stretches: { start: number; end: number; label: string }[]
}

/** Samples a second of the made accelerations: three axes of a machine with a wheel in it. */
const MACHINE_RATE = 100
const SOUND_RATE = 8000
export const MACHINE_STATES = ['good', 'unbalanced', 'worn'] as const
export const SOUND_KINDS = ['hiss', 'hum', 'knock'] as const
type State = (typeof MACHINE_STATES)[number]
type SoundKind = (typeof SOUND_KINDS)[number]

/** What is a machine's own, whatever state it is in: by this it may be known again. */
interface Machine {
  name: string
  /** Turns a second. */
  turns: number
  gains: number[]
  offsets: number[]
  noise: number
}

/**
 * Accelerations of machines (`x`, `y`, `z` at 100 Hz), `each` recordings of every machine in every state: turning well,
 * with a weight on one side (a larger swing at the rate of turning), and with a worn bearing (short rattles).
 */
export function madeMachines({ machines = 10, each = 2, seed = 0 } = {}): MadeSignal[] {
  const random = createRandom(seed).fork('machines')
  return Array.from({ length: machines }, (_, m) => machine(m, random.fork(m))).flatMap((one, m) =>
    MACHINE_STATES.flatMap((label, s) =>
      Array.from({ length: each }, (_, k) => {
        const own = random.fork(1000 * m + 10 * s + k)
        const values = shake(one, label, Math.round(own.uniform(8, 13) * MACHINE_RATE), own)
        return { label, source: one.name, rate: MACHINE_RATE, names: ['x', 'y', 'z'], values }
      }),
    ),
  )
}

/** One machine for `minutes`, whose states change every 6 to 14 seconds. */
export function madeRecording({ minutes = 8, seed = 0 } = {}): MadeRecording {
  const random = createRandom(seed).fork('recording')
  const one = machine(0, random)
  const parts: Float32Array[] = []
  const stretches: MadeRecording['stretches'] = []
  for (let at = 0, s = 0; at < minutes * 60; ) {
    const seconds = random.int(9) + 6
    s = (s + 1 + random.int(MACHINE_STATES.length - 1)) % MACHINE_STATES.length
    parts.push(shake(one, MACHINE_STATES[s], seconds * MACHINE_RATE, random))
    stretches.push({ start: at, end: at + seconds, label: MACHINE_STATES[s] })
    at += seconds
  }
  const values = new Float32Array(parts.reduce((n, part) => n + part.length, 0))
  let to = 0
  for (const part of parts) {
    values.set(part, to)
    to += part.length
  }
  return { source: one.name, rate: MACHINE_RATE, names: ['x', 'y', 'z'], values, stretches }
}

/** Sounds of up to a second (one channel at 8 kHz): a hum, the same under a hiss, and knocks. */
export function madeSounds({ singers = 12, each = 4, seed = 0 } = {}): MadeSignal[] {
  const random = createRandom(seed).fork('sounds')
  return Array.from({ length: singers }, (_, singer) => singer).flatMap(singer => {
    const voice = random.fork(singer)
    const [base, second] = [voice.uniform(350, 700), voice.uniform(0.1, 0.6)]
    return SOUND_KINDS.flatMap((label, s) =>
      Array.from({ length: each }, (_, k) => {
        const own = random.fork(1000 * (singer + 1) + 10 * s + k)
        const values = sing(label, base * own.uniform(0.85, 1.15), second, own)
        return { label, source: `s${two(singer + 1)}`, rate: SOUND_RATE, names: ['1'], values }
      }),
    )
  })
}

const two = (n: number) => String(n).padStart(2, '0')

function machine(m: number, random: Random): Machine {
  const three = (low: number, high: number) => [0, 1, 2].map(() => random.uniform(low, high))
  return {
    name: `m${two(m + 1)}`,
    turns: random.uniform(4, 8),
    gains: three(0.6, 1.4),
    offsets: [random.uniform(-0.3, 0.3), random.uniform(-0.3, 0.3), 9.81],
    noise: random.uniform(0.15, 0.35),
  }
}

function shake({ turns, gains, offsets, noise }: Machine, state: State, samples: number, random: Random): Float32Array {
  const values = new Float32Array(samples * 3)
  const [phase, swing] = [random.next() * 2 * Math.PI, state === 'unbalanced' ? random.uniform(0.5, 0.9) : 0.3]
  const speed = turns * random.uniform(0.97, 1.03)
  // A worn bearing rattles some three times a turn, each time for a tenth of a second.
  let [next, rattle, ring] = [0, 0, 0]
  for (let t = 0; t < samples; t++) {
    const angle = phase + (2 * Math.PI * speed * t) / MACHINE_RATE
    if (state === 'worn' && t >= next) {
      next = t + (MACHINE_RATE / (3.1 * speed)) * random.uniform(0.9, 1.1)
      rattle = random.uniform(0.5, 1)
      ring = 0
    }
    const shaken = rattle * Math.sin(2 * Math.PI * 0.31 * ring++)
    rattle *= 0.75
    const pushes = [swing * Math.cos(angle), swing * Math.sin(angle), 0.1 * Math.cos(2 * angle) + shaken]
    for (let c = 0; c < 3; c++)
      values[3 * t + c] = offsets[c] + gains[c] * (pushes[c] + 0.3 * shaken) + noise * random.normal()
  }
  return values
}

function sing(kind: SoundKind, pitch: number, second: number, random: Random): Float32Array {
  const samples = Math.round(random.uniform(0.6, 1) * SOUND_RATE)
  const values = new Float32Array(samples)
  const [loud, hiss] = [random.uniform(0.1, 0.4), random.uniform(0.005, 0.03)]
  const [beat, shift] = [random.uniform(5, 8), random.next()]
  let [phase, wind] = [random.next(), 0]
  for (let t = 0; t < samples; t++) {
    phase += pitch / SOUND_RATE
    const tone = Math.sin(2 * Math.PI * phase) + second * Math.sin(4 * Math.PI * phase)
    wind = 0.7 * wind + random.normal()
    const swell = kind === 'knock' ? Math.exp(-8 * (((beat * t) / SOUND_RATE + shift) % 1)) : 0.5
    values[t] = loud * (kind === 'hiss' ? 0.3 * (wind + tone) : swell * tone) + hiss * random.normal()
  }
  return values
}

import type { Random } from '../../../random.ts'
import { createChance } from '../chance.ts'
import type { Patient } from './patients.ts'
import { earlyWaves, fusedWaves, unknownWaves, type Wave } from './waves.ts'

/** One beat of a made recording. */
export interface MadeBeat {
  /** Of its R peak, in seconds. */
  at: number
  /** As annotated. */
  symbol: string
  /** Seconds since the beat before. */
  interval: number
  waves: readonly Wave[]
}

type Kind = 'usual' | 'S' | 'V' | 'F' | 'Q'

/** The beats of `seconds`: the rate follows the breath and drifts, odd beats come early, and after them there is a pause. */
export function rhythmOf(patient: Patient, seconds: number, random: Random): MadeBeat[] {
  const c = createChance(random)
  const { interval, breathing, chances, usual } = patient
  const phase = c.between(0, 2 * Math.PI)
  const beats: MadeBeat[] = []
  let kind: Kind = 'usual'
  let drift = 0
  let pause = 1
  for (let at = c.between(0.3, 0.9), since = interval; at < seconds - 0.3; at += since) {
    beats.push({ at, interval: since, ...drawn(kind) })
    drift = 0.9 * drift + c.about(0, 0.012)
    const breath = breathing.depth * Math.sin(2 * Math.PI * breathing.rate * at + phase)
    // A pacemaker keeps its time.
    const sinus = interval * (usual === '/' ? c.about(1, 0.002) : 1 + breath + drift)
    const before: Kind = kind
    kind = next(before)
    const early = earliness(kind)
    since = sinus * early * (kind === 'usual' ? pause : 1)
    // The sinus node goes on behind a ventricular beat, so that both intervals make two; an early atrial beat resets it.
    pause = kind === 'V' ? 2 - early : kind === 'S' ? c.between(1, 1.12) : 1
  }
  return beats

  function next(before: Kind): Kind {
    // Two ventricular beats may follow each other; else a usual one comes between.
    if (before !== 'usual' && !(before === 'V' && c.yes(0.1))) return 'usual'
    const { S, V, F, Q } = chances
    const options: { kind: Kind; weight: number }[] = [
      { kind: 'usual', weight: Math.max(0, 1 - S - V - F - Q) },
      { kind: 'S', weight: S },
      { kind: 'V', weight: V },
      { kind: 'F', weight: F },
      { kind: 'Q', weight: Q },
    ]
    return before === 'V' ? 'V' : c.pick(options).kind
  }

  /** Of a sinus interval. */
  function earliness(kind: Kind): number {
    if (kind === 'S') return c.between(0.58, 0.82)
    if (kind === 'V') return c.between(0.52, 0.76)
    if (kind === 'F') return c.between(0.9, 1)
    return 1
  }

  function drawn(kind: Kind): Pick<MadeBeat, 'symbol' | 'waves'> {
    const { normal, usual: own, ventricular } = patient.waves
    if (kind === 'S') return { symbol: c.yes(0.85) ? 'A' : 'J', waves: earlyWaves(own, c) }
    if (kind === 'V') return { symbol: 'V', waves: ventricular }
    if (kind === 'F' && usual === '/') return { symbol: 'f', waves: fusedWaves(normal, own, c.between(0.3, 0.7)) }
    if (kind === 'F') return { symbol: 'F', waves: fusedWaves(own, ventricular, c.between(0.35, 0.65)) }
    if (kind === 'Q') return { symbol: 'Q', waves: unknownWaves(c) }
    return { symbol: usual, waves: own }
  }
}

import type { Random } from '../../../random.ts'
import { PACED } from '../../heartbeats/classes.ts'
import { type Chance, createChance } from '../chance.ts'
import { blockedWaves, normalWaves, pacedWaves, ventricularWaves, type Wave } from './waves.ts'

/** A made patient: all that is the same for each of their beats. */
export interface Patient {
  record: string
  leads: readonly [string, string]
  /** Seconds from beat to beat at rest. */
  interval: number
  /** By which share breathing (so often a second) changes the interval. */
  breathing: { rate: number; depth: number }
  /** Symbol of the usual beat: N, L, R, or / with a pacemaker. */
  usual: 'N' | 'L' | 'R' | '/'
  /** How likely another beat comes next. */
  chances: Chances
  waves: { normal: Wave[]; usual: Wave[]; ventricular: Wave[] }
  /** Millivolts: wander of the base line, muscles, mains. */
  noise: { wander: number; muscle: number; mains: number }
}

/** Of early, ventricular, fused and unknown beats; in paced records F is the fusion with a pacemaker's beat. */
export interface Chances {
  S: number
  V: number
  F: number
  Q: number
}

/**
 * What records of MIT-BIH are known for, so that every class is in both halves of the split: blocks, and the beats that
 * are frequent in them. All else is chance.
 */
const KNOWN: Readonly<Record<string, Partial<Chances> & { usual?: Patient['usual'] }>> = {
  105: { Q: 0.04 },
  109: { usual: 'L' },
  111: { usual: 'L' },
  118: { usual: 'R', S: 0.05 },
  119: { V: 0.2 },
  124: { usual: 'R' },
  200: { V: 0.28 },
  203: { V: 0.15, Q: 0.04 },
  207: { usual: 'L', V: 0.08 },
  208: { V: 0.25, F: 0.12 },
  209: { S: 0.13 },
  212: { usual: 'R' },
  213: { V: 0.07, F: 0.12 },
  214: { usual: 'L', V: 0.1 },
  231: { usual: 'R' },
  232: { usual: 'R', S: 0.35 },
  233: { V: 0.25 },
}

/** Leads of the records that have others than MLII and V1. */
const LEADS: Readonly<Record<string, readonly [string, string]>> = {
  100: ['MLII', 'V5'],
  102: ['V5', 'V2'],
  104: ['V5', 'V2'],
  114: ['V5', 'MLII'],
  123: ['MLII', 'V5'],
}

/** The patient behind a record of this name; `random` is theirs alone. */
export function patientOf(record: string, random: Random): Patient {
  const c = createChance(random)
  const leads = LEADS[record] ?? ['MLII', 'V1']
  const { usual: known = 'N', ...frequent } = KNOWN[record] ?? {}
  const usual = (PACED as readonly string[]).includes(record) ? '/' : known
  const rare = chancesOf(usual, c)
  const normal = normalWaves(leads, c)
  return {
    ...{ record, leads, usual },
    interval: 60 / c.between(56, 98),
    breathing: { rate: c.between(0.17, 0.35), depth: c.between(0.01, 0.05) },
    chances: { ...rare, ...frequent },
    waves: { normal, usual: usualWaves(usual, normal, c), ventricular: ventricularWaves(c) },
    noise: { wander: c.between(0.05, 0.4), muscle: c.between(0.008, 0.035), mains: c.between(0, 0.012) },
  }
}

function chancesOf(usual: Patient['usual'], c: Chance): Chances {
  if (usual === '/') return { S: 0, V: c.between(0, 0.03), F: c.between(0.03, 0.15), Q: 0.01 }
  return {
    S: c.yes(0.5) ? c.between(0.01, 0.06) : 0.004,
    V: c.yes(0.7) ? c.between(0.01, 0.12) : 0,
    F: c.yes(0.2) ? 0.01 : 0,
    Q: 0,
  }
}

function usualWaves(usual: Patient['usual'], normal: Wave[], c: Chance): Wave[] {
  if (usual === 'N') return normal
  return usual === '/' ? pacedWaves(c) : blockedWaves(normal, usual, c)
}

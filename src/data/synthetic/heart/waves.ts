import type { Chance } from '../chance.ts'

/** One wave of a beat: a Gaussian over the time since the R peak. */
export interface Wave {
  /** Middle in seconds; of a P or T wave at 60 beats a minute, since these move with the rate. */
  at: number
  /** Standard deviation in seconds. */
  width: number
  /** Millivolts in each lead. */
  heights: readonly [first: number, second: number]
  /** What it is, where that matters: P and T move with the rate, P is what an odd beat lacks. */
  name?: 'P' | 'T'
}

/**
 * Heights in millivolts of P, Q, R, S and T as the leads see them. Places and widths below are those of McSharry,
 * Clifford, Tarassenko and Smith (IEEE Trans. Biomed. Eng. 50(3), 2003, table I), angles of a beat made into seconds at
 * 60 beats a minute.
 */
const LEADS: Readonly<Record<string, readonly number[]>> = {
  MLII: [0.13, -0.09, 1.15, -0.22, 0.3],
  V1: [0.06, 0, 0.28, -0.85, -0.06],
  V2: [0.07, 0, 0.5, -1.15, 0.4],
  V5: [0.11, -0.12, 1.4, -0.3, 0.36],
}
const PLACES = [-0.167, -0.042, 0, 0.042, 0.25]
const WIDTHS = [0.025, 0.012, 0.013, 0.014, 0.05]
const NAMES = ['P', undefined, undefined, undefined, 'T'] as const

/** A patient's own normal beat: every wave a little elsewhere, wider and higher than in the book. */
export function normalWaves(leads: readonly [string, string], c: Chance): Wave[] {
  const late = c.about(1, 0.06)
  const inverted = c.yes(0.1) ? -0.7 : 1
  return PLACES.map((at, i) => {
    const height = (lead: string) => LEADS[lead][i] * c.about(1, 0.22) * (NAMES[i] === 'T' ? inverted : 1)
    return {
      ...{ at: at * late * c.about(1, 0.05), width: WIDTHS[i] * c.about(1, 0.12), name: NAMES[i] },
      heights: [height(leads[0]), height(leads[1])],
    }
  })
}

/** A beat that comes late to the left or the right half of the heart: what follows R is broad. */
export function blockedWaves(normal: readonly Wave[], side: 'L' | 'R', c: Chance): Wave[] {
  const [p, q, r, s, t] = normal
  const broad = c.between(1.9, 2.5)
  if (side === 'R') {
    // A second rise in the second lead (V1: rSR'), a slurred S in the first.
    const again: Wave = { at: 0.065, width: 0.02 * c.about(1, 0.1), heights: [-0.35, c.between(0.5, 0.9)] }
    return [p, q, r, { ...s, at: 0.035 }, again, { ...t, heights: [t.heights[0], -Math.abs(t.heights[1])] }]
  }
  const notch: Wave = { at: 0.05, width: 0.022, heights: [0.6 * r.heights[0], 0.3 * s.heights[1]] }
  const second = { ...s, width: s.width * broad, heights: [0, 1.3 * s.heights[1]] } as const
  return [p, { ...r, width: r.width * broad }, notch, second, against(t, r)]
}

/** A beat from a ventricle: no P, broad and high, its T the other way round. */
export function ventricularWaves(c: Chance): Wave[] {
  const up = c.yes(0.6) ? 1 : -1
  const across = c.yes(0.5) ? 1 : -1
  const high = c.between(1.1, 2) * up
  const [width, second] = [c.between(0.032, 0.045), c.between(-0.55, -0.2)]
  const waves = [
    { at: 0, width, share: 1 },
    { at: 2.1 * width, width: 1.2 * width, share: second },
    { at: 0.29, width: 0.06, share: -c.between(0.22, 0.42), name: 'T' as const },
  ]
  const tilt = across * c.between(0.5, 1)
  return waves.map(({ share, ...rest }) => ({ ...rest, heights: [high * share, high * share * tilt] }))
}

/** A beat that a pacemaker started: its spike, then a broad beat without P. */
export function pacedWaves(c: Chance): Wave[] {
  const spike: Wave = { at: -0.05, width: 0.003, heights: [c.between(0.5, 1), c.between(0.4, 0.9)] }
  return [spike, ...ventricularWaves(c)]
}

/** A beat that began in two places: `share` of the second. */
export function fusedWaves(one: readonly Wave[], other: readonly Wave[], share: number): Wave[] {
  return [...scaled(one, 1 - share), ...scaled(other, share)]
}

/** An early beat from elsewhere in the atria: P is odd and near, or not to be seen. */
export function earlyWaves(normal: readonly Wave[], c: Chance): Wave[] {
  const odd = c.yes(0.25) ? 0 : c.between(-1.2, -0.4)
  const near = c.between(0.6, 0.75)
  return normal.map(wave => (wave.name === 'P' ? { ...scaled([wave], odd)[0], at: wave.at * near } : wave))
}

/** A beat that nobody can name. */
export function unknownWaves(c: Chance): Wave[] {
  return [-0.08, 0, 0.09].map(at => ({
    ...{ at: at + c.about(0, 0.02), width: c.between(0.015, 0.05) },
    heights: [c.about(0, 0.7), c.about(0, 0.7)] as const,
  }))
}

const scaled = (waves: readonly Wave[], by: number): Wave[] =>
  waves.map(wave => ({ ...wave, heights: [wave.heights[0] * by, wave.heights[1] * by] }))

/** T against R, as after every broad beat. */
function against(t: Wave, r: Wave): Wave {
  const height = (lead: 0 | 1) => -Math.sign(r.heights[lead]) * Math.max(0.2, Math.abs(t.heights[lead]))
  return { ...t, heights: [height(0), height(1)] }
}

import { InklingError } from '../../errors.ts'
import { lengthText, samplesOf } from './lengths.ts'
import type { SignalLook } from './look.ts'
import type { SignalForm, SignalOptions } from './types.ts'

/** Short signals of up to this length are taken whole. */
const WHOLE = 1024
/** Windows chosen here have lengths in between. */
const LEAST = 32
const MOST = 1024
/** A window should show so many swings of the slowest channel. */
const SWINGS = 4

/** How signals are cut, and why. */
export interface SignalProposal {
  form: SignalForm
  /** Why the window is as long as it is. */
  window: string
  hop: string
}

/** Chooses window and hop by a look at the signals, where they were not given. */
export function proposeForm(
  look: SignalLook,
  facts: { rate?: number; channels: readonly string[] },
  given: Pick<SignalOptions, 'window' | 'hop'>,
): SignalProposal {
  const { rate, channels } = facts
  const chosen =
    given.window === undefined
      ? chooseWindow(look)
      : { window: samplesOf(given.window, '--window', { rate }), why: 'as you said' }
  const { window } = chosen
  const whole = look.stretches.most === window && look.stretches.least === window
  const hop =
    given.hop === undefined
      ? Math.max(1, Math.ceil(window / 2))
      : samplesOf(given.hop, '--hop', { rate, whole: window })
  return {
    form: { window, hop: whole && given.hop === undefined ? window : hop, rate, channels: [...channels] },
    window: `window ${lengthText(window, rate)}: ${chosen.why}`,
    hop: hopText(hop, window, whole),
  }
}

function chooseWindow({ stretches, between, swing }: SignalLook): { window: number; why: string } {
  const { least, short, most } = stretches
  if (stretches.count > 0 && least === most && most <= WHOLE)
    return { window: most, why: 'all signals have this length, so each is one window' }
  const swings = Math.round(swing)
  const wanted = swing > 0 ? 2 ** Math.ceil(Math.log2(SWINGS * swing)) : 128
  const held = Math.min(MOST, Math.max(LEAST, wanted))
  const why =
    swing === 0
      ? 'nothing swings here that could tell'
      : held === wanted
        ? `holds ${SWINGS} or more swings of the slowest channel, which take ${swings} samples each`
        : `the slowest channel takes ${swings} samples for a swing; ${LEAST} to ${MOST} samples are quick to learn from`
  if (stretches.count === 0) {
    // Moments: a longer window would show two of them.
    if (between === undefined || held <= between) return { window: held, why }
    return { window: Math.max(2, between), why: `so far one moment is from the next` }
  }
  if (held <= short) return { window: held, why }
  return { window: Math.max(2, short), why: 'the shorter signals have no more' }
}

function hopText(hop: number, window: number, whole: boolean): string {
  if (whole || hop === window) return 'windows do not overlap'
  if (hop > window) return `hop ${hop}: samples between the windows are left out`
  const share = Math.round(100 * (1 - hop / window))
  return `hop ${hop}: windows overlap by ${share === 50 ? 'half' : `${share} %`}, neighbours on one side of the split`
}

/** Refuses a form that memory cannot hold. */
export function checkMemory(windows: number, { window, channels, hop }: SignalForm): void {
  const bytes = windows * window * channels.length * 4
  if (bytes <= 2 ** 31) return
  throw new InklingError(
    `${windows} windows of ${window} samples and ${channels.length} channels take ${(bytes / 2 ** 30).toFixed(1)} GiB, more than 2`,
    { hint: `Take a longer hop (--hop ${hop < window ? window : 2 * hop}), a lower --rate, or fewer --channels.` },
  )
}

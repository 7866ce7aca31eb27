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
/** Fewer windows than this overlap by more than half. */
const ENOUGH = 1000
/** Signals of this rate on are sound, or as fast: their swings are pitch, and what they tell takes longer. */
const SOUND = { rate: 2000, seconds: 0.5, most: 16_384 } as const

/** How signals are cut, and why. */
export interface SignalProposal {
  form: SignalForm
  /** Why the window is as long as it is. */
  window: string
  hop: string
}

/** The model for windows of signals, and why. */
export interface SignalModel {
  /** Models of the zoo, the best first. */
  candidates: readonly string[]
  epochs: number
  why: string
}

/** So many samples (of all channels together) are seen in some minutes on two cores; and so many steps taken at least. */
const SEEN = 150_000_000
const STEPS = 3000
const BATCH = 32

/** Chooses the model and how long it learns by the number of windows to learn from. */
export function proposeModel(windows: number, { window }: SignalForm): SignalModel {
  const wanted = Math.ceil((STEPS * BATCH) / Math.max(1, windows))
  const bearable = Math.ceil(SEEN / (Math.max(1, windows) * Math.min(window, 512)))
  const epochs = Math.min(150, Math.max(10, Math.min(wanted, bearable)))
  return {
    candidates: ['signal-cnn'],
    epochs,
    why: `what tells ${windows} windows apart may stand anywhere in them; signal-lstm takes longer`,
  }
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
      ? chooseWindow(look, rate)
      : { window: samplesOf(given.window, '--window', { rate }), why: 'as you said' }
  const { window } = chosen
  const whole = look.stretches.most === window && look.stretches.least === window
  const hop =
    given.hop !== undefined
      ? samplesOf(given.hop, '--hop', { rate, whole: window })
      : whole
        ? window
        : chooseHop(look.lengths, window)
  return {
    form: { window, hop, rate, channels: [...channels] },
    window: `window ${lengthText(window, rate)}: ${chosen.why}`,
    hop: hopText(hop, window),
  }
}

function chooseWindow(look: SignalLook, rate: number | undefined): { window: number; why: string } {
  const { stretches, between } = look
  const { least, short, most } = stretches
  if (stretches.count > 0 && least === most && most <= WHOLE)
    return { window: most, why: 'all signals have this length, so each is one window' }
  const { window: held, why } = longEnough(look, rate)
  if (stretches.count === 0) {
    // Moments: a longer window would show two of them.
    if (between === undefined || held <= between) return { window: held, why }
    return { window: Math.max(2, between), why: `so far one moment is from the next` }
  }
  if (held <= short) return { window: held, why }
  return { window: Math.max(2, short), why: 'the shorter signals have no more' }
}

/** Half a window, or less where windows are few: the same samples at other places are cheap variety. */
function chooseHop(lengths: readonly number[], window: number): number {
  const count = (hop: number) =>
    lengths.reduce((sum, length) => sum + Math.max(0, Math.floor((length - window) / hop) + 1), 0)
  let hop = Math.ceil(window / 2)
  while (count(hop) < ENOUGH && hop > Math.max(1, window / 16)) hop = Math.ceil(hop / 2)
  return hop
}

/** A window that shows what happens, were the signals endless. */
function longEnough({ swing }: SignalLook, rate: number | undefined): { window: number; why: string } {
  if (rate !== undefined && rate >= SOUND.rate) {
    const window = Math.min(SOUND.most, Math.round(SOUND.seconds * rate))
    return { window, why: 'at such a rate it is pitch that swings, and what changes takes longer' }
  }
  if (swing === 0) return { window: 128, why: 'nothing swings here that could tell' }
  const swings = Math.round(swing)
  const wanted = 2 ** Math.ceil(Math.log2(SWINGS * swing))
  if (wanted >= LEAST && wanted <= MOST)
    return { window: wanted, why: `holds ${SWINGS} or more swings of the slowest channel, ${swings} samples each` }
  return {
    window: Math.min(MOST, Math.max(LEAST, wanted)),
    why: `the slowest channel takes ${swings} samples for a swing; ${LEAST} to ${MOST} samples are quick to learn from`,
  }
}

function hopText(hop: number, window: number): string {
  if (hop === window) return ' that do not overlap'
  if (hop > window) return ', with samples between them that are left out'
  const share = Math.round(100 * (1 - hop / window))
  return `, each over ${share === 50 ? 'half' : `${share} %`} of the next`
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

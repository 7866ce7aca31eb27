import { plural } from '../../words.ts'
import { classCounts, type Dataset } from '../dataset.ts'
import { findOverlap } from '../overlap.ts'
import { lengthText } from './lengths.ts'
import type { SignalProposal } from './propose.ts'
import type { SignalReport } from './report.ts'
import type { Signal, SignalListing } from './types.ts'
import type { Grouped } from './windows.ts'

/** Fewer windows of a class than this teach and prove little. */
const FEW = 20

/** Five lines on what was decided (the fourth about the model), and warnings. */
export function notesOf(facts: {
  listing: SignalListing
  signals: readonly Signal[]
  proposal: SignalProposal
  grouped: Grouped
  parts: { train: Dataset; validation?: Dataset; test?: Dataset }
  report: SignalReport
  own: boolean
}): { reasons: string[]; warnings: string[] } {
  const { listing, signals, proposal, grouped, parts, report, own } = facts
  const { form } = report
  const { train } = parts
  const list = (names: readonly string[], most = 5) =>
    names.slice(0, most).join(', ') + (names.length > most ? ', ...' : '')
  const lengths = signals.map(({ samples }) => samples).sort((a, b) => a - b)
  const range = lengths[0] === lengths.at(-1) ? '' : `${lengths[0]} to `
  const reasons = [
    `${plural(signals.length, 'signal')} of ${range}${lengthText(lengths.at(-1) as number, form.rate)}, ${plural(form.channels.length, 'channel')} (${list(form.channels)}), ${train.classes.length} classes`,
    proposal.window,
    `hop ${form.hop}: ${report.fileOf.length} windows${proposal.hop}; channels are standardised by the training part alone`,
    `convolution over time, ${report.model.epochs} epochs: ${report.model.why}`,
    splitText(facts),
  ]
  const warnings = warningsAbout(listing, report, list)
  if (!own) return { reasons: [], warnings }
  if (grouped.few.length > 0) {
    const one = signals.length === 1
    const split = ownParts(listing)
    warnings.push(
      split
        ? `warning: one recording to train on of ${list(grouped.few)}: the validation part is cut from it in time, and knows it`
        : one
          ? 'warning: all windows are of one recording: the figures say how well it reads more of this one, not of others'
          : `warning: fewer than three recordings of ${list(grouped.few)}: parts are cut in time, and both sides know every recording`,
    )
  }
  for (const [name, part] of Object.entries(parts)) {
    if (!part) continue
    const counts = classCounts(part)
    const without = train.classes.filter((_, id) => counts[id] === 0)
    if (without.length > 0)
      warnings.push(`warning: the ${name} part has no windows of ${list(without)}: too few of one ${grouped.kind} each`)
  }
  const all = [train, parts.validation, parts.test].map(part => (part ? classCounts(part) : []))
  const few = train.classes.filter((_, id) => all.reduce((sum, counts) => sum + (counts[id] ?? 0), 0) < FEW)
  if (few.length > 0)
    warnings.push(`warning: ${few.length} of ${train.classes.length} classes have under ${FEW} windows: ${list(few)}`)
  const shared = parts.test ? findOverlap(train, parts.test).shared : 0
  if (shared > 0)
    warnings.push(`warning: ${shared} of ${parts.test?.length} test windows equal a training window in every sample`)
  return { reasons, warnings }
}

const ownParts = ({ stretches }: SignalListing) => stretches.some(({ part }) => part)

function splitText({ listing, grouped, parts }: Parameters<typeof notesOf>[0]): string {
  const { train, test } = parts
  if (!test) return 'split: no part to test with'
  const lost = grouped.dropped > 0 ? `; left out over a cut: ${grouped.dropped}` : ''
  if (ownParts(listing))
    return `split: the data have their own: ${train.length} windows to train on, ${test.length} to test with${lost}`
  const count = new Set(Array.from(test.indices ?? [], row => test.groups?.ids[row])).size
  const [kind, kinds] = grouped.kind === 'piece' ? ['piece', 'pieces of time'] : [grouped.kind, `${grouped.kind}s`]
  return `split: ${test.length} windows to test with, from ${count} of ${new Set(grouped.names).size} ${kinds}; a ${kind} is on one side only, else the result leaks${lost}`
}

function warningsAbout(
  { missing, labelFile }: SignalListing,
  { short, form }: SignalReport,
  list: (names: readonly string[], most?: number) => string,
): string[] {
  const warnings: string[] = []
  if (short.length > 0)
    warnings.push(
      `warning: ${short.length} shorter than the window of ${form.window} samples (or too near an end) are left out: ${list(short)}`,
    )
  if (missing.length > 0)
    warnings.push(`warning: ${missing.length} files that ${labelFile} names are not there: ${list(missing)}`)
  return warnings
}

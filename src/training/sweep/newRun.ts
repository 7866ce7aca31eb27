import { findModel } from '../../zoo/index.ts'
import type { NewRun } from '../trainOptions.ts'
import { settingsOf } from './axes.ts'
import type { SweepRecord, Trial } from './sweepFile.ts'

/** The run that a trial is. */
export function newRunOf(record: SweepRecord, { values }: Trial): NewRun {
  const { model, recipe, epochs, examples, validation, seed, dataName, table, glyphs, mitdb, allowOverlap } = record
  const { changes, ...settings } = settingsOf(values, findModel(model), recipe)
  const given = { epochs, examples, validation }
  const own = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined))
  // The data were loaded once, by the sweep's seed; what the data do not hold out themselves, a trial does by its own.
  return {
    seed,
    ...settings,
    model,
    data: dataName,
    changes: { ...own, ...changes },
    ...{ table: table && { ...table, seed }, images: { seed }, signals: { seed } },
    ...{ glyphs, mitdb },
    allowOverlap,
  }
}

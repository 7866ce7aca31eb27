import { InklingError } from '../errors.ts'
import { type Dataset, labelsOf, subset } from './dataset.ts'
import { compact } from './normalise.ts'

/**
 * The examples of some classes alone, as a data set of these classes in the order given.
 * Where they come from (patients, writers) stays with them.
 * @throws InklingError (exit code 2) when the data set does not know one of them, or one is named twice
 */
export function onlyClasses(dataset: Dataset, classes: readonly string[]): Dataset {
  const numbers = classes.map(label => dataset.classes.indexOf(label))
  const unknown = numbers.indexOf(-1)
  if (unknown >= 0)
    throw new InklingError(`${dataset.name} has no class "${classes[unknown]}"`, {
      exitCode: 2,
      hint: `Its classes are ${dataset.classes.slice(0, 40).join(', ')}.`,
    })
  if (classes.length === 0 || new Set(classes).size < classes.length)
    throw new InklingError(
      `a data set of the classes [${classes.join(', ')}] makes no sense: each once, and one at least`,
      {
        exitCode: 2,
      },
    )
  const all = labelsOf(dataset)
  const positions = Uint32Array.from(all.keys()).filter(i => numbers.includes(all[i]))
  const only = compact(subset(dataset, positions, `${dataset.name}:${classes.join('')}`))
  return { ...only, classes: [...classes], labels: only.labels?.map(id => numbers.indexOf(id)) }
}

// glyph-cascade: 156,839 parameters, one of them the threshold. Fatov 2024: where the main network says O or 0, a network for
// these two decides; published: 97 %. Here the two are one model, and the network for the group is asked where the group
// as a whole is likely, not only where one of it is the top answer; `--set rule=top` is the paper's.
import { InklingError } from '../errors.ts'
import { CascadeModel } from '../nn/cascade.ts'
import { zooEntry } from './entry.ts'
import { fatov2024Cnn } from './fatov2024.ts'
import { glyphCnn, glyphCnnMax } from './glyphCnn.ts'
import { glyphMlp } from './glyphMlp.ts'
import { kaggleCnn } from './kaggleCnn.ts'
import { glyphLenet5 } from './lenet5.ts'
import { choice, text } from './options.ts'
import { quickCnn } from './quickCnn.ts'
import { reader } from './reader.ts'
import { byId, house } from './recipe.ts'

/** What a cascade may be made of. */
const members = [glyphCnn, glyphCnnMax, glyphLenet5, glyphMlp, quickCnn, reader, kaggleCnn]
const names = members.map(entry => entry.id)
const member = (id: string) => members.find(entry => entry.id === id) as (typeof members)[number]

export const glyphCascade = zooEntry({
  id: 'glyph-cascade',
  title: 'glyph-cnn with a second one for O and 0, asked where these are likely',
  source: 'Fatov 2024; asked by probability mass, the threshold chosen on the validation part',
  inputShape: [28, 28, 1],
  classes: 36,
  parameters: { total: 156_839, trainable: 156_838 },
  options: {
    groups: text('O,0', 'classes that a specialist tells apart; several groups: O,0;I,1,L', 'classes such as O,0;I,1'),
    rule: choice('mass', 'when it is asked: by the probability of the group, or by the top answer', ['mass', 'top']),
    main: choice('glyph-cnn', 'the main network', names),
    specialist: choice('glyph-cnn', 'the network of each group', names),
  },
  network: ({ inputShape, classes, classNames, name, set }) =>
    new CascadeModel({
      main: member(set.main).build({ inputShape, classes }),
      specialists: groupsOf(set.groups, classNames).map(group => ({
        classes: group,
        model: member(set.specialist).build({ inputShape, classes: group.length }),
      })),
      rule: set.rule,
      name,
    }),
  recipes: byId(house(), fatov2024Cnn),
})

/** 'O,0;I,1' as numbers of classes. */
function groupsOf(groups: string, classNames: readonly string[]): number[][] {
  return groups.split(';').map(group =>
    group.split(',').map(label => {
      const k = classNames.indexOf(label.trim())
      if (k >= 0) return k
      throw new InklingError(`groups "${groups}": the data have no class "${label.trim()}"`, {
        exitCode: 2,
        hint: `They have ${classNames.slice(0, 40).join(', ')}. Name others, such as --set groups=4,9;3,5`,
      })
    }),
  )
}

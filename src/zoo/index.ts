import { InklingError, nearest } from '../errors.ts'
import { mnistAutoencoder, mnistConvAutoencoder } from './autoencoder.ts'
import { cifarCnn } from './cifarCnn.ts'
import { cifarDensenet, cifarDensenet12 } from './cifarDensenet.ts'
import { cifarFast } from './cifarFast.ts'
import { cifarResnet, cifarResnetNormFirst } from './cifarResnet.ts'
import { compareCnn } from './compareCnn.ts'
import { compareMlp } from './compareMlp.ts'
import { compareRnn } from './compareRnn.ts'
import { ecgLstm } from './ecgLstm.ts'
import { ecgRnn, ecgRnnFixed } from './ecgRnn.ts'
import type { ZooEntry } from './entry.ts'
import { glyphCascade } from './glyphCascade.ts'
import { glyphCnn, glyphCnnMax, glyphSubCnn } from './glyphCnn.ts'
import { glyphLinear } from './glyphLinear.ts'
import { glyphMlp, glyphMlpLinear } from './glyphMlp.ts'
import { inceptionV1Entry, mnistInception } from './inception.ts'
import { kaggleCnn } from './kaggleCnn.ts'
import { glyphLenet5, lenet5 } from './lenet5.ts'
import { mnistBpnn } from './mnistBpnn.ts'
import { mnistCnn688k } from './mnistCnn688k.ts'
import { mnistHybrid } from './mnistHybrid.ts'
import { mnistLinear } from './mnistLinear.ts'
import { pocketReader } from './pocketReader.ts'
import { quickCnn } from './quickCnn.ts'
import { reader } from './reader.ts'
import type { Recipe } from './recipe.ts'
import { mnistResnet, resnets } from './resnet.ts'
import { signalCnn, signalLstm } from './signal.ts'
import { tableLinear, tableMlp } from './table.ts'
import { mnistVggs, vggs } from './vgg.ts'

export {
  type AutoencoderSettings,
  convAutoencoder,
  convDecoder,
  denseAutoencoder,
  denseDecoder,
} from './autoencoder.ts'
export type { BuildOptions, Network, ZooEntry } from './entry.ts'
export { type GlyphMlpSettings, glyphMlpNetwork } from './glyphMlp.ts'
export { type InceptionSettings, inceptionV1 } from './inception.ts'
export { bpnnNetwork } from './mnistBpnn.ts'
export { type Option, type OptionValue, resolveOptions } from './options.ts'
export { house, type Recipe } from './recipe.ts'
export { type ResnetSettings, resnet } from './resnet.ts'
export { type VggColumn, type VggSettings, vgg } from './vgg.ts'

/** Every model, in the order they are listed. */
export const zoo: readonly ZooEntry[] = [
  ...[reader, pocketReader],
  ...[quickCnn, kaggleCnn, mnistCnn688k, compareCnn, compareRnn, compareMlp, mnistBpnn, mnistLinear, lenet5],
  ...[...mnistVggs, mnistResnet, mnistInception, mnistHybrid, mnistAutoencoder, mnistConvAutoencoder],
  ...[glyphLinear, glyphMlp, glyphMlpLinear, glyphCnn, glyphCnnMax, glyphSubCnn, glyphCascade, glyphLenet5],
  ...[cifarCnn, cifarResnet, cifarResnetNormFirst, cifarDensenet, cifarDensenet12, cifarFast],
  ...[tableMlp, tableLinear, signalCnn, signalLstm],
  ...[ecgLstm, ecgRnn, ecgRnnFixed],
  ...[...vggs, inceptionV1Entry, ...resnets],
]

/** The model of that id; an error that suggests the nearest otherwise. */
export function findModel(id: string): ZooEntry {
  return find(id, 'model', new Map(zoo.map(entry => [entry.id, entry])))
}

/** A model's recipe; an error that suggests the nearest otherwise. */
export function findRecipe(entry: ZooEntry, id = 'house'): Recipe {
  return find(id, `recipe of ${entry.id}`, new Map(Object.entries(entry.recipes)))
}

function find<T>(id: string, what: string, known: ReadonlyMap<string, T>): T {
  const found = known.get(id)
  if (found) return found
  const near = nearest(id, known.keys())
  throw new InklingError(`no ${what} is called "${id}"`, {
    exitCode: 2,
    hint: near ? `Did you mean ${near}?` : `Known: ${[...known.keys()].join(', ')}.`,
  })
}

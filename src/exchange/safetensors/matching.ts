import { InklingError, nearest } from '../../errors.ts'
import type { StoredTensor } from '../../nn/safetensors.ts'
import type { PytorchLayer, PytorchParameter } from './pytorch.ts'

/** Tensors of a file that belong to one module of PyTorch, by their name inside it. */
export interface PytorchModule {
  readonly name: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

/** Counters that PyTorch keeps beside the statistics. */
const IGNORED = new Set(['num_batches_tracked'])

/**
 * Sorts tensors by module. Recurrent modules hold several layers, which are named apart: `lstm.weight_ih_l0` is
 * `weight_ih` of `lstm.l0`, `lstm.weight_ih_l0_reverse` of `lstm.l0_reverse`.
 */
export function pytorchModules(tensors: ReadonlyMap<string, StoredTensor>): PytorchModule[] {
  const modules = new Map<string, Map<string, StoredTensor>>()
  for (const [name, tensor] of tensors) {
    const at = name.lastIndexOf('.')
    let [owner, leaf] = [name.slice(0, Math.max(at, 0)), name.slice(at + 1)]
    if (IGNORED.has(leaf)) continue
    const recurrent = /^((?:weight|bias)_[ih]h)_(l\d+(?:_reverse)?)$/.exec(leaf)
    if (recurrent) [leaf, owner] = [recurrent[1], [owner, recurrent[2]].filter(Boolean).join('.')]
    const module = modules.get(owner) ?? new Map<string, StoredTensor>()
    modules.set(owner, module.set(leaf, tensor))
  }
  const order = new Intl.Collator('en', { numeric: true })
  return [...modules].map(([name, tensors]) => ({ name, tensors })).sort((a, b) => order.compare(a.name, b.name))
}

/** Which module each layer takes its weights from. */
export type Matches = Map<PytorchLayer, PytorchModule>

/**
 * Finds the module of every layer: by `map`, by the same name, else by shape where only one fits or the modules that
 * fit stand in one numbered row.
 *
 * @param map names in the file -> names in the model, of modules or of tensors
 * @throws InklingError that names what fits nowhere, or what could be several
 */
export function matchModules(
  layers: readonly PytorchLayer[],
  modules: readonly PytorchModule[],
  map: Readonly<Record<string, string>>,
  where: string,
): Matches {
  const matches: Matches = new Map()
  const taken = new Set<PytorchModule>()
  const match = (layer: PytorchLayer, module: PytorchModule) => {
    const problem = mismatch(layer, module)
    if (problem) throw new InklingError(`${where}: ${problem}`)
    matches.set(layer, module)
    taken.add(module)
  }
  for (const [from, to] of Object.entries(map)) {
    const module = findModule(modules, from, where)
    const layer = findLayer(layers, to)
    if (taken.has(module) || matches.has(layer))
      throw new InklingError(`the map names "${taken.has(module) ? from : to}" twice`, { exitCode: 2 })
    match(layer, module)
  }
  for (const layer of layers) {
    if (matches.has(layer)) continue
    const module = modules.find(m => !taken.has(m) && sameName(m.name, layer.name))
    if (module) match(layer, module)
  }
  for (const layer of layers) {
    if (matches.has(layer)) continue
    const fitting = modules.filter(m => !taken.has(m) && !mismatch(layer, m))
    const alike = layers.filter(l => !matches.has(l) && fitting.every(m => !mismatch(l, m)))
    if (fitting.length === 0)
      throw nothingFits(
        layer,
        modules.filter(m => !taken.has(m)),
        where,
      )
    if (fitting.length > 1 && !(alike.length === fitting.length && inOneRow(fitting)))
      throw new InklingError(
        `${where}: ${fitting.map(m => `"${m.name}"`).join(' and ')} all fit layer "${layer.name}"`,
        { exitCode: 2, hint: `Say which: --map ${fitting[0].name}=${layer.name}` },
      )
    match(layer, fitting[0])
  }
  const left = modules.find(m => !taken.has(m))
  if (left)
    throw new InklingError(`${where}: "${left.name}" (${shapesOf(left)}) fits no layer of the model`, {
      hint: 'The file belongs to a larger model, or to another.',
    })
  return matches
}

/** The tensors that a parameter comes from; several are added up. */
export function sourcesOf({ leaves }: PytorchParameter, { tensors }: PytorchModule): StoredTensor[] {
  return leaves.flatMap(leaf => tensors.get(leaf) ?? [])
}

/** Why a module is not this layer's; undefined when it is. */
function mismatch(layer: PytorchLayer, module: PytorchModule): string | undefined {
  const names = `"${module.name}" for layer "${layer.name}"`
  for (const parameter of layer.parameters) {
    const sources = sourcesOf(parameter, module)
    if (sources.length < parameter.leaves.length) return `${names} lacks ${parameter.leaves.join(' or ')}`
    for (const { shape } of sources)
      if (!sameShape(shape, parameter.torchShape))
        return `${names}: ${parameter.leaves[0]} is [${shape}] there, [${parameter.torchShape}] is needed`
  }
  const known = new Set(layer.parameters.flatMap(p => p.leaves))
  const extra = [...module.tensors.keys()].find(leaf => !known.has(leaf))
  return extra && `${names} has a ${extra} that the layer does not have`
}

/** A convolution over one axis may leave out the other one of size 1. */
const sameShape = (found: readonly number[], needed: readonly number[]) =>
  found.join() === needed.join() ||
  (needed.length === 4 &&
    found.length === 3 &&
    found.join() === needed.filter((_, i) => i !== 2).join() &&
    needed[2] === 1)

function sameName(module: string, layer: string): boolean {
  const plain = layer.replaceAll('/', '.')
  const direction = plain.replace(/\.forward$/, '.l0').replace(/\.backward$/, '.l0_reverse')
  return module === plain || module === `${plain}.l0` || module === direction
}

/** `layers.0`, `layers.2`: their numbers say the order. */
function inOneRow(modules: readonly PytorchModule[]): boolean {
  return new Set(modules.map(m => m.name.replace(/\d+/g, '#'))).size === 1
}

function findModule(modules: readonly PytorchModule[], name: string, where: string): PytorchModule {
  const found = modules.find(
    m => m.name === name || m.name === `${name}.l0` || [...m.tensors.keys()].some(leaf => `${m.name}.${leaf}` === name),
  )
  if (found) return found
  throw unknown(
    `${where} has nothing called "${name}"`,
    name,
    modules.map(m => m.name),
  )
}

function findLayer(layers: readonly PytorchLayer[], name: string): PytorchLayer {
  const found = layers.find(l => l.name === name || l.parameters.some(p => p.name === name))
  if (found) return found
  throw unknown(
    `the model has no layer with weights called "${name}"`,
    name,
    layers.map(l => l.name),
  )
}

function unknown(message: string, name: string, known: readonly string[]): InklingError {
  const near = nearest(name, known)
  const list = known.length > 8 ? [...known.slice(0, 8), '...'] : known
  return new InklingError(message, {
    exitCode: 2,
    hint: near ? `Did you mean ${near}?` : `There are ${list.join(', ')}.`,
  })
}

function nothingFits(layer: PytorchLayer, left: readonly PytorchModule[], where: string): InklingError {
  const needed = layer.parameters.map(p => `${p.leaves[0]} [${p.torchShape}]`).join(', ')
  const near = nearestModule(layer, left)
  const others = left
    .slice(0, 4)
    .map(m => `"${m.name}" (${shapesOf(m)})`)
    .join(', ')
  return new InklingError(`${where}: nothing fits layer "${layer.name}", which needs ${needed}`, {
    hint: near
      ? `Nearest is ${mismatch(layer, near)}.`
      : left.length > 0
        ? `Not matched yet: ${others}${left.length > 4 ? ' and others' : ''}.`
        : 'All that the file holds belongs to other layers.',
  })
}

/** The module whose tensors are of the same kind and share the most sizes with what the layer needs. */
function nearestModule(layer: PytorchLayer, modules: readonly PytorchModule[]): PytorchModule | undefined {
  let best: { module: PytorchModule; equal: number } | undefined
  for (const module of modules) {
    const sources = layer.parameters.map(parameter => sourcesOf(parameter, module)[0])
    const alike = layer.parameters.every(({ torchShape }, i) => sources[i]?.shape.length === torchShape.length)
    if (!alike || module.tensors.size !== layer.parameters.length) continue
    const equal = layer.parameters.reduce(
      (sum, { torchShape }, i) => sum + torchShape.filter((d, axis) => d === sources[i].shape[axis]).length,
      0,
    )
    if (!best || equal > best.equal) best = { module, equal }
  }
  return best?.module
}

const shapesOf = ({ tensors }: PytorchModule) =>
  [...tensors].map(([leaf, { shape }]) => `${leaf} [${shape}]`).join(', ')

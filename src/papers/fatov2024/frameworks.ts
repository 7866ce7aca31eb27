import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Dataset, exampleAt, labelsOf } from '../../data/dataset.ts'
import { InklingError } from '../../errors.ts'
import type { Experiment, Measured, TrialContext } from '../experiment.ts'
import { historiesFigures } from '../figures/curves.ts'
import { findPython } from '../python.ts'
import { loadedFacts, zooRecipe } from '../training.ts'
import { trainingTrial } from '../trial.ts'
import { glyphs } from './data.ts'
import { script } from './frameworksScript.ts'

const EPOCHS = 10

const recipe = {
  ...zooRecipe('glyph-cnn', 'fatov-2024'),
  epochs: EPOCHS,
  source: 'Fatov 2024, 10 epochs: the same settings for both frameworks',
}

/** Trains the same network in PyTorch, on the same examples. */
async function torch(context: TrialContext): Promise<Measured> {
  const { folder, seed, quick, signal, backend } = context
  const loaded = await glyphs('paper')(context)
  await mkdir(folder, { recursive: true })
  for (const part of ['train', 'validation', 'test'] as const) {
    const dataset = loaded[part] as Dataset
    const pixels = new Uint8Array(dataset.length * 784)
    for (let i = 0; i < dataset.length; i++) pixels.set(exampleAt(dataset, i) as Uint8Array, i * 784)
    await writeFile(join(folder, `${part}.pixels`), pixels)
    await writeFile(join(folder, `${part}.labels`), Uint8Array.from(labelsOf(dataset)))
  }
  const epochs = quick ? 1 : EPOCHS
  const { batch, optimizer } = recipe
  const settings = { epochs, batch: quick ? 64 : batch, rate: optimizer.rate, seed, threads: backend.threads }
  const answer = await runPython(findPython() as string, [folder, JSON.stringify(settings)], signal)
  const { accuracy, loss, seconds, version, history } = JSON.parse(answer)
  return {
    metrics: { accuracy, loss, seconds, examplesPerSecond: (epochs * loaded.train.length) / seconds },
    ...{ epochs, history, settings: { ...recipe, ...settings, framework: `PyTorch ${version}` } },
    data: loadedFacts(loaded),
  }
}

function runPython(python: string, args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-c', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal })
    let [out, err] = ['', '']
    child.stdout.on('data', piece => {
      out += piece
    })
    child.stderr.on('data', piece => {
      err += piece
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(out.trim().split('\n').at(-1) as string)
      else reject(new InklingError(`${python} failed (${code}): ${err.trim().split('\n').at(-1)}`))
    })
  })
}

export const glyphFrameworks: Experiment = {
  id: 'glyph-frameworks',
  paper: 'fatov-2024',
  title: 'Inkling against PyTorch: the CNN, the same recipe, the same data (its figures 8 and 9)',
  minutes: 15,
  measured: 'the test tenth, the paper’s framing, after 10 epochs; both on the same number of threads',
  trials: [
    trainingTrial({
      variant: 'inkling',
      model: 'glyph-cnn',
      keeps: [],
      data: glyphs('paper'),
      recipes: { paper: recipe },
    }),
    {
      variant: 'pytorch',
      absent: async () =>
        findPython() ? undefined : 'no python3 with torch and numpy is here (INKLING_PYTHON names one)',
      run: torch,
    },
  ],
  published: [
    { metric: 'accuracy', better: 'none', note: 'the paper compares PyTorch with TensorFlow, in pictures' },
    { metric: 'examplesPerSecond', better: 'none', unit: 'number' },
  ],
  draw: (finished, keep) => historiesFigures(finished, keep),
}

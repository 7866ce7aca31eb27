import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9']
const folders = ['/usr/bin', '/usr/local/bin', '/opt/conda/bin', '/opt/homebrew/bin', '/opt/venv/bin']
const windows = process.platform === 'win32'

/** A Python that has torch and numpy: $INKLING_PYTHON, else the first on the path or in the usual folders. */
export function findPython(): string | undefined {
  const asked = process.env.INKLING_PYTHON
  const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const seen = new Set<string>()
  const candidates = asked
    ? [asked]
    : [...path, ...folders].flatMap(f => names.map(n => join(f, windows ? `${n}.exe` : n)))
  for (const candidate of candidates) {
    if (seen.has(candidate) || (!asked && !existsSync(candidate))) continue
    seen.add(candidate)
    const probe = 'import importlib.util as u; print(all(u.find_spec(m) for m in ("torch", "numpy")))'
    const { status, stdout } = spawnSync(candidate, ['-c', probe], { encoding: 'utf8', timeout: 20_000 })
    if (status === 0 && stdout.trim() === 'True') return candidate
  }
}

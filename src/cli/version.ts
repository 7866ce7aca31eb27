import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder with package.json, which is one up from here in the package and two up in a checkout; and its version. */
export function ownPackage(): { root: string; version: string } {
  for (const place of ['..', '../..']) {
    try {
      const root = new URL(`${place}/`, import.meta.url)
      const { name, version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
      if (name === 'inkling') return { root: fileURLToPath(root), version }
    } catch {
      // not here
    }
  }
  throw new Error('inkling was taken apart: its package.json is missing')
}

/** The version of this program. */
export function version(): string {
  return ownPackage().version
}

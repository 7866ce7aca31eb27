import { readFileSync } from 'node:fs'

/** The version in package.json, which lies one folder up in the package and two up in a checkout. */
export function version(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))
      if (found.name === 'inkling') return found.version
    } catch {
      // not here
    }
  }
  return 'unknown'
}

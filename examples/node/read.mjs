// Reads pictures of single digits: node read.mjs one.png two.png
import { readFile } from 'node:fs/promises'
import { loadReader } from 'inkling/reader'

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: node read.mjs PICTURE.png ...')
  process.exit(2)
}

const reader = await loadReader()
for (const file of files) {
  const { label, probability, blank } = await reader.predict(await readFile(file))
  console.log(blank ? `${file}: no ink` : `${file}: ${label} (${(100 * probability).toFixed(1)} %)`)
}

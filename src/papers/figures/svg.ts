import { parseHTML } from 'linkedom'
import { chartTheme, useDocument } from '../../report/charts/index.ts'

useDocument(parseHTML('<html></html>').document as unknown as Document)

const style = `<style>${chartTheme.replace(':root {', 'svg {')}svg { background: var(--surface); }</style>`

/** A chart of the report room as a file of its own: sized, with the theme's colours, light or dark, and a background. */
export function standalone(svg: string): string {
  const [, width, height] = /^<svg[^>]*\sviewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []
  const size = width === undefined || /^<svg[^>]*\swidth=/.test(svg) ? '' : ` width="${width}" height="${height}"`
  const namespace = /^<svg[^>]*\sxmlns=/.test(svg) ? '' : ' xmlns="http://www.w3.org/2000/svg"'
  return `${svg
    // What is said of a part is in the CSV: a picture of a page shows no tips.
    .replace(/<title>[^<]*<\/title>/g, '')
    .replace(/^<svg/, `<svg${namespace}${size}`)
    .replace(/^(<svg[^>]*>)/, `$1${style}`)}\n`
}

import { parseHTML } from 'linkedom'
import { chartTheme, useDocument } from '../../report/charts/index.ts'

useDocument(parseHTML('<html></html>').document as unknown as Document)

/** The root's size in pixels: a file has no page that gives it one. */
const SIZE = /<svg[^>]*?\sviewBox="0 0 ([\d.]+) ([\d.]+)"/

/** A chart of the report room as a file of its own: with the theme's colours, light or dark, and a background. */
export function standalone(svg: string): string {
  const [, width, height] = SIZE.exec(svg) ?? []
  const style = `<style>${chartTheme.replace(':root {', 'svg {')}svg { background: var(--surface); }</style>`
  const bare = svg
    .replace(/ (width|height)="[\d.]+"/, m => m)
    .replace(/^<svg(?![^>]*\sxmlns=)/, '<svg xmlns="http://www.w3.org/2000/svg"')
  const sized =
    width && !/^<svg[^>]*\swidth=/.test(bare) ? bare.replace(/^<svg/, `<svg width="${width}" height="${height}"`) : bare
  return `${sized.replace(/^(<svg[^>]*>)/, `$1${style}`)}\n`
}

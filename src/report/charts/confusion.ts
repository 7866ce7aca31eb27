import * as Plot from '@observablehq/plot'
import { percent, shorten } from '../format.ts'
import { type ChartFrame, draw } from './draw.ts'

export interface ConfusionOptions extends ChartFrame {
  /** Where a cell leads, if anywhere. */
  href?: (truth: number, predicted: number) => string | undefined
}

interface Cell {
  truth: number
  predicted: number
  count: number
  share: number
  text: string
}

/** Pixels of the side of a cell: large for ten classes, still readable for many. */
function cellSize(classes: number): number {
  return Math.max(24, Math.min(46, Math.floor(460 / classes)))
}

/** Natural width of the confusion chart in pixels: narrower than this its counts get hard to read. */
export function confusionWidth(classes: readonly string[]): number {
  return leftMargin(classes) + cellSize(classes.length) * classes.length + rightMargin(classes)
}

/** Names above the columns are turned where they are wider than these. */
function isTurned(classes: readonly string[]): boolean {
  return longest(classes) > Math.max(2, Math.floor(cellSize(classes.length) / 8))
}

/** Room for the end of the last turned name, which begins above the middle of its column. */
function rightMargin(classes: readonly string[]): number {
  if (!isTurned(classes)) return 8
  const reach = [...shorten(classes[classes.length - 1])].length * 6 + 10
  return Math.max(8, Math.ceil(reach - cellSize(classes.length) / 2))
}

/** Pixels: the largest count, with its commas, stays inside its cell. */
function countSize(cells: readonly Cell[], size: number): number {
  const signs = Math.max(1, ...cells.map(({ count }) => count.toLocaleString('en-US').length))
  return Math.min(size > 34 ? 13 : 10, Math.floor((size - 6) / (0.6 * signs)))
}

function longest(classes: readonly string[]): number {
  return Math.max(...classes.map(c => [...shorten(c)].length))
}

function leftMargin(classes: readonly string[]): number {
  return 34 + longest(classes) * 7.8
}

/** A confusion matrix: rows are true classes; right answers are tinted calmly, mistakes warmly by their share. */
export function confusionChart(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
  options: ConfusionOptions,
): string {
  const size = cellSize(classes.length)
  const turned = isTurned(classes)
  const marginTop = turned ? 48 + longest(classes) * 5 : 48
  const cells: Cell[] = confusion.flatMap((row, truth) => {
    const support = row.reduce((a, b) => a + b, 0)
    return row.map((count, predicted) => {
      const share = support === 0 ? 0 : count / support
      const text = `${classes[truth]} read as ${classes[predicted]}: ${count} of ${support} (${percent(share, 1)})`
      return { truth, predicted, count, share, text }
    })
  })
  // A good model's worst confusion is no alarm: below 3 % the tint stays lighter.
  const worst = Math.max(0.03, ...cells.filter(c => c.truth !== c.predicted).map(c => c.share))
  const fill = ({ truth, predicted, count, share }: Cell) => {
    if (count === 0) return 'var(--cell, var(--paper))'
    if (truth === predicted) return mix('--accent', 10 + 22 * share)
    return mix('--mistake', 10 + 50 * Math.sqrt(share / worst))
  }
  const axis = {
    domain: classes.map((_, k) => k),
    label: null,
    tickSize: 0,
    tickFormat: (k: number) => shorten(classes[k]),
  }
  const left = leftMargin(classes)
  const width = confusionWidth(classes)
  const at = { x: 'predicted', y: 'truth' } as const
  return draw(
    options,
    {
      width,
      height: marginTop + size * classes.length + 8,
      marginLeft: left,
      marginTop,
      marginRight: rightMargin(classes),
      marginBottom: 8,
      padding: 0,
      x: { ...axis, axis: 'top', tickRotate: turned ? -50 : 0 },
      y: axis,
      color: { type: 'identity' },
      marks: [
        Plot.cell(cells, {
          ...at,
          fill,
          inset: 1,
          rx: 4,
          title: 'text',
          ariaLabel: 'text',
          href: (c: Cell) => (c.count > 0 ? options.href?.(c.truth, c.predicted) : undefined),
        }),
        Plot.text(
          cells.filter(c => c.count > 0),
          { ...at, text: 'count', fill: 'var(--ink)', fontSize: countSize(cells, size), pointerEvents: 'none' },
        ),
        Plot.text(['read as'], {
          frameAnchor: 'top',
          dy: -marginTop + 8,
          fill: 'currentColor',
          text: d => d,
        }),
        Plot.text(['truly'], { frameAnchor: 'left', dx: -left + 10, rotate: -90, fill: 'currentColor', text: d => d }),
      ],
    },
    svg => {
      svg.setAttribute('role', 'group') // its cells are links: an image has no parts to go to
      for (const cell of svg.querySelectorAll('a')) {
        const rect = cell.querySelector('rect')!
        cell.setAttribute('aria-label', rect.getAttribute('aria-label') ?? '')
        rect.removeAttribute('aria-label')
        cell.removeAttribute('fill')
      }
    },
  )
}

function mix(colour: string, share: number): string {
  return `color-mix(in oklab, var(${colour}) ${share.toFixed(0)}%, var(--surface))`
}

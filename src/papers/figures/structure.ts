import type { Model } from '../../nn/model.ts'
import { escapeHtml } from '../../report/html.ts'
import type { DrawnFigure } from '../experiment.ts'
import { standalone } from './svg.ts'

const BOX = { width: 300, height: 34, gap: 14 }

/** A network as boxes from its input to its output: layer, output shape, parameters. */
export function structureFigure(model: Model): DrawnFigure {
  const { layers } = model.summary()
  const boxes = [
    { name: 'input', type: '', outputShape: model.inputShape, parameters: 0 },
    ...layers.filter(l => l.outputShape.length > 0),
  ]
  const height = boxes.length * (BOX.height + BOX.gap) - BOX.gap + 8
  const parts = boxes.map(({ name, outputShape, parameters }, i) => {
    const y = 4 + i * (BOX.height + BOX.gap)
    const text = `${outputShape.join(' x ')}${parameters > 0 ? `, ${parameters.toLocaleString('en-US')} parameters` : ''}`
    const arrow =
      i === 0
        ? ''
        : `<path d="M${BOX.width / 2 + 4} ${y - BOX.gap}v${BOX.gap - 2}m-4 -5l4 5l4 -5" stroke="currentColor" fill="none"/>`
    return (
      `${arrow}<rect x="4" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="var(--paper)" stroke="var(--line)"/>` +
      `<text x="${BOX.width / 2 + 4}" y="${y + 15}" text-anchor="middle" fill="var(--ink)">${escapeHtml(name)}</text>` +
      `<text x="${BOX.width / 2 + 4}" y="${y + 28}" text-anchor="middle" font-size="10">${text}</text>`
    )
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" class="chart" fill="currentColor" viewBox="0 0 ${BOX.width + 8} ${height}" role="img" aria-label="${escapeHtml(`Structure of ${model.name}`)}">${parts.join('')}</svg>`
  const csv = [
    ['layer', 'type', 'output', 'parameters'],
    ...boxes.map(b => [b.name, b.type, b.outputShape.join(' x '), b.parameters]),
  ]
  return { svg: standalone(svg), csv }
}

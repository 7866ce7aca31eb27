import type { Glyph } from '../glyph.ts'
import { bar, curve, letter, stem, way, zigzag } from './pen.ts'

const E = letter(
  'E',
  { width: 1.33, pen: 1.15 },
  way('four strokes', 20, c => [stem(c, 0.15), bar(c, 0.15, 0.8, 0), bar(c, 0.15, 0.7, 0.5), bar(c, 0.15, 0.85, 1)]),
  way('corner and bars', 30, c => [
    zigzag(c, [0.18, 0], [0.14, 1], [0.82, 0.98]),
    bar(c, 0.18, 0.85, 0.02),
    bar(c, 0.15, 0.7, 0.5),
  ]),
  way('bracket and bar', 20, c => [
    zigzag(c, [0.85, 0.02], [0.18, 0.02], [0.15, 0.98], [0.85, 0.98]),
    bar(c, 0.15, 0.7, 0.5),
  ]),
  way('round back', 12, c => [
    curve(c, [0.82, 0.08], [0.45, 0.02], [0.15, 0.45], [0.4, 0.98], [0.85, 0.9]),
    bar(c, 0.15, 0.7, 0.5),
  ]),
  way('epsilon', 25, c => [
    curve(c, [0.82, 0.12], [0.5, 0], [0.2, 0.22], [0.55, 0.46, 'sharp'], [0.12, 0.75], [0.45, 1], [0.88, 0.88]),
  ]),
)

const F = letter(
  'F',
  { width: 0.95, pen: 0.93 },
  way('three strokes', 30, c => [stem(c, 0.2), bar(c, 0.15, 0.85, 0.02), bar(c, 0.2, 0.7, 0.48)]),
  way('bracket and bar', 20, c => [zigzag(c, [0.85, 0.02], [0.22, 0.03], [0.2, 1]), bar(c, 0.15, 0.7, 0.48)]),
  way('overhang', 15, c => [stem(c, 0.3), bar(c, -0.05, 0.9, 0.02), bar(c, 0.05, 0.75, 0.5)]),
  way('hook', 30, c => [
    curve(c, [0.85, 0.15], [0.65, 0], [0.42, 0.2], [0.4, 0.6], [0.36, 1]),
    bar(c, 0.12, 0.75, c.about(0.5, 0.06)),
  ]),
  way('hook and foot', 8, c => [
    curve(c, [0.85, 0.15], [0.68, 0], [0.52, 0.2], [0.48, 0.65], [0.35, 0.98], [0.15, 0.92]),
    bar(c, 0.2, 0.8, 0.5),
  ]),
)

const H = letter(
  'H',
  { width: 1.1, pen: 1.07 },
  way('three strokes', 60, c => [
    stem(c, 0.15),
    stem(c, 0.85, c.about(0, 0.05), c.about(1, 0.05)),
    bar(c, c.about(0.12, 0.05), c.about(0.88, 0.05), c.about(0.5, 0.06)),
  ]),
  way('long bar', 10, c => [stem(c, 0.2), stem(c, 0.8), bar(c, -0.1, 1.1, 0.5)]),
  way('bar rising', 15, c => [
    curve(
      c,
      [0.15, 0.05],
      [0.12, 1, 'sharp'],
      [0.15, 0.6, 'sharp'],
      [0.82, 0.42, 'sharp'],
      [0.85, 0, 'sharp'],
      [0.82, 1],
    ),
  ]),
  way('arch', 6, c => [stem(c, 0.15), curve(c, [0.15, 0.6], [0.5, 0.42], [0.8, 0.6], [0.82, 1])]),
)

const I = letter(
  'I',
  { width: 0.95, pen: 1.4 },
  way('bare', 70, c => [stem(c, 0.5)]),
  way('retraced', 18, c => [stem(c, 0.44), stem(c, 0.56)]),
  way('bars', 12, c => [stem(c, 0.5), bar(c, 0.2, 0.8, 0), bar(c, 0.18, 0.82, 1)]),
)

const L = letter(
  'L',
  { width: 1.05, pen: 1.25 },
  way('corner', 60, c => [curve(c, [0.22, 0], [0.18, 1, 'sharp'], [c.about(0.8, 0.08), 0.98])]),
  way('round', 12, c => [curve(c, [0.28, 0], [0.18, 0.5], [0.2, 0.92], [0.45, 1], [0.85, 0.92])]),
  way('looped foot', 10, c => [
    curve(c, [0.5, 0], [0.35, 0.5], [0.18, 0.95], [0.05, 0.9], [0.25, 0.88], [0.55, 0.98], [0.9, 0.9]),
  ]),
  way('looped head', 3, c => [
    curve(c, [0.25, 0.35], [0.6, 0.15], [0.5, 0], [0.3, 0.3], [0.2, 0.9], [0.45, 1], [0.85, 0.9]),
  ]),
)

const T = letter(
  'T',
  { width: 1.65, pen: 1.05 },
  way('two strokes', 70, c => [stem(c, 0.5), bar(c, 0.1, 0.9, 0.02)]),
  way('cross', 10, c => [stem(c, 0.5), bar(c, 0.15, 0.85, 0.16)]),
  way('lopsided', 10, c => [stem(c, 0.5), bar(c, c.about(0.25, 0.1), 1, 0.02)]),
  way('one stroke', 8, c => [zigzag(c, [0.1, 0.05], [0.85, 0.02], [0.5, 0.04], [0.48, 1])]),
  way('turned foot', 6, c => [curve(c, [0.5, 0], [0.48, 0.8], [0.58, 1], [0.75, 0.92]), bar(c, 0.1, 0.9, 0.02)]),
)

/** Letters of upright and level strokes. */
export const upright: readonly Glyph[] = [E, F, H, I, L, T]

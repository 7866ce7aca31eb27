// <ink-pad>: a field to draw a digit in with mouse, finger or pen, that says what it reads.
//
//   <ink-pad model="pocket-reader"></ink-pad>
//   pad.addEventListener('reading', event => event.detail.label)
//
// Attributes: model ('reader', the default, or 'pocket-reader'), size (pixels, default 280), pause (milliseconds after the
// last stroke before it reads, default 400). Events: reading (detail: what predict gives), clear, failed (detail: the error).
import { loadReader } from 'inkling/reader'

const readers = new Map()

/** One reader for all pads of a page. */
function readerOf(model) {
  if (!readers.has(model)) readers.set(model, loadReader({ model }))
  return readers.get(model)
}

export class InkPad extends HTMLElement {
  #canvas = document.createElement('canvas')
  #strokes = []
  #timer

  connectedCallback() {
    const size = Number(this.getAttribute('size') ?? 280)
    Object.assign(this.#canvas, { width: size, height: size })
    this.#canvas.setAttribute('role', 'img')
    this.#canvas.setAttribute('aria-label', 'Field to draw a digit in')
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(':host { display: inline-block } canvas { background: white; touch-action: none; cursor: crosshair }')
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [sheet]
    root.replaceChildren(this.#canvas)
    this.#canvas.onpointerdown = event => this.#start(event)
    this.#canvas.onpointermove = event => this.#move(event)
    this.#canvas.onpointerup = this.#canvas.onpointercancel = () => this.#end()
    readerOf(this.model).catch(error => this.#fail(error))
  }

  get model() {
    return this.getAttribute('model') ?? 'reader'
  }

  /** What was drawn: strokes of points { x, y }. */
  get strokes() {
    return this.#strokes
  }

  /** Empties the pad. */
  clear() {
    clearTimeout(this.#timer)
    this.#strokes = []
    this.#canvas.getContext('2d').clearRect(0, 0, this.#canvas.width, this.#canvas.height)
    this.dispatchEvent(new CustomEvent('clear'))
  }

  /** Reads what was drawn so far. */
  async read() {
    const reading = await (await readerOf(this.model)).predict(this.#strokes)
    this.dispatchEvent(new CustomEvent('reading', { detail: reading }))
    return reading
  }

  /** Teaches the reader what drawings mean: [{ strokes, label }]. */
  async teach(samples) {
    const reader = await readerOf(this.model)
    return await reader.train(samples.map(({ strokes, label }) => ({ input: strokes, label })))
  }

  #start(event) {
    clearTimeout(this.#timer)
    this.#canvas.setPointerCapture(event.pointerId)
    this.#strokes.push([])
    this.#add(event)
  }

  #move(event) {
    if (event.buttons === 0 || this.#strokes.length === 0) return
    for (const point of event.getCoalescedEvents?.() ?? [event]) this.#add(point)
  }

  #add({ clientX, clientY }) {
    const box = this.#canvas.getBoundingClientRect()
    const scale = this.#canvas.width / box.width
    const point = { x: (clientX - box.left) * scale, y: (clientY - box.top) * scale }
    const stroke = this.#strokes.at(-1)
    const from = stroke.at(-1) ?? point
    stroke.push(point)
    const context = this.#canvas.getContext('2d')
    Object.assign(context, { lineWidth: this.#canvas.width / 16, lineCap: 'round', lineJoin: 'round' })
    context.beginPath()
    context.moveTo(from.x, from.y)
    context.lineTo(point.x, point.y)
    context.stroke()
  }

  #end() {
    clearTimeout(this.#timer)
    const pause = Number(this.getAttribute('pause') ?? 400)
    this.#timer = setTimeout(() => this.read().catch(error => this.#fail(error)), pause)
  }

  #fail(error) {
    this.dispatchEvent(new CustomEvent('failed', { detail: error }))
  }
}

customElements.define('ink-pad', InkPad)

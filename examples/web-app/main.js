import { loadReader } from 'inkling/reader'

const at = id => document.getElementById(id)
const pad = at('pad')
const pen = pad.getContext('2d')
const samples = []
let empty = true

clear()
const reader = await loadReader()
at('reading').textContent = 'Ready.'

pad.onpointerdown = event => {
  pad.setPointerCapture(event.pointerId)
  pen.beginPath()
  pen.moveTo(event.offsetX, event.offsetY)
  draw(event)
}
pad.onpointermove = event => event.buttons > 0 && draw(event)
pad.onpointerup = read
at('clear').onclick = clear

// A symbol of one's own: draw it a few times, say each time what it means, then let the reader learn.
at('teach').onsubmit = async event => {
  event.preventDefault()
  if (empty) return
  samples.push({ input: pen.getImageData(0, 0, pad.width, pad.height), label: at('label').value.trim() })
  at('lessons').value = `${samples.length} remembered`
  at('learn').disabled = false
  clear()
}
at('learn').onclick = async () => {
  at('learn').disabled = true
  const { classes } = await reader.train(samples.splice(0), {
    onEpoch: ({ epoch, epochs }) => (at('lessons').value = `learning, ${epoch} of ${epochs}`),
  })
  at('lessons').value = `now knows ${classes.join(' ')}`
}

function draw({ offsetX, offsetY }) {
  empty = false
  pen.lineTo(offsetX, offsetY)
  pen.stroke()
}

async function read() {
  const { label, probability, blank } = await reader.predict(pad)
  at('reading').textContent = blank ? 'No ink.' : `${label}, ${(100 * probability).toFixed(1)} % sure`
}

function clear() {
  empty = true
  Object.assign(pen, { fillStyle: 'white', lineWidth: 18, lineCap: 'round', lineJoin: 'round' })
  pen.fillRect(0, 0, pad.width, pad.height)
  at('reading').textContent = ''
}

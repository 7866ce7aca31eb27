import { duration } from './format.ts'

/** One moment of a long job. */
export interface Moment {
  /** What goes on, e.g. 'epoch 2/5'. */
  label: string
  /** Units done of `total`; a total of 0 is unknown: no bar, no time left. */
  done: number
  total: number
  /** What else to show, e.g. 'loss 0.0712', 'accuracy 97.8 %', '41,000 images/s'. */
  fields: readonly string[]
  /** Time until the whole job ends. */
  secondsLeft?: number
}

/** A live line on a terminal; plain lines, now and then, elsewhere. */
export interface Progress {
  update(moment: Moment): void
  /** A line that stays, above the live one. */
  line(text: string): void
  /** Removes the live line. */
  end(): void
}

/** What {@link createProgress} writes to. */
export interface ProgressStream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

const REDRAW_MS = 100
const PLAIN_EVERY_MS = 10_000
const BAR_WIDTH = 24

/** Progress on `stream` (stderr, so that stdout stays for results). */
export function createProgress(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  return stream.isTTY && process.env.TERM !== 'dumb' ? liveProgress(stream, now) : plainProgress(stream, now)
}

function liveProgress(stream: ProgressStream, now: () => number): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY
  let drawn = false
  const clear = () => {
    if (drawn) stream.write('\r\x1b[K')
    drawn = false
  }
  return {
    update(moment) {
      const time = now()
      if (time - drawnAt < REDRAW_MS && moment.done < moment.total) return
      drawnAt = time
      drawn = true
      // One column stays free: some terminals wrap when the last one is written.
      stream.write(`\r${lineOf(moment, (stream.columns || 80) - 1)}\x1b[K`)
    },
    line(text) {
      clear()
      stream.write(`${text}\n`)
    },
    end: clear,
  }
}

function plainProgress(stream: ProgressStream, now: () => number): Progress {
  let saidAt = now()
  return {
    update(moment) {
      const time = now()
      if (time - saidAt < PLAIN_EVERY_MS) return
      saidAt = time
      const share = moment.total > 0 ? [`${Math.floor((100 * moment.done) / moment.total)} %`] : []
      stream.write(`${[moment.label, ...share, ...parts(moment)].join('  ')}\n`)
    },
    line(text) {
      saidAt = now()
      stream.write(`${text}\n`)
    },
    end() {},
  }
}

/** The line in `columns`: the bar goes first when it is too long, then the last fields. */
function lineOf(moment: Moment, columns: number): string {
  const rest = parts(moment)
  const full = [moment.label, bar(moment), ...rest].filter(part => part !== '').join('  ')
  if (full.length <= columns) return full
  while (rest.length > 0) {
    const line = [moment.label, ...rest].join('  ')
    if (line.length <= columns) return line
    rest.pop()
  }
  return moment.label.slice(0, columns)
}

function parts({ fields, secondsLeft }: Moment): string[] {
  return secondsLeft === undefined ? [...fields] : [...fields, `${duration(secondsLeft)} left`]
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

function bar({ done, total }: Moment): string {
  if (!(total > 0)) return ''
  const eighths = Math.floor(Math.min(1, done / total) * BAR_WIDTH * 8)
  const filled = '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]
  return `${filled.padEnd(BAR_WIDTH)}▏${String(Math.floor((100 * Math.min(done, total)) / total)).padStart(3)} %`
}

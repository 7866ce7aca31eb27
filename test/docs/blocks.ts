/** A fenced block of a page. */
export interface Block {
  /** Its language, '' where none is named. */
  language: string
  /** What stands behind the language: `file=read.mjs`, `not-tested: why`. */
  note: string
  text: string
  /** Of its first line, from 1. */
  line: number
}

/** The fenced blocks of a Markdown text. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  for (const [i, line] of markdown.split('\n').entries()) {
    const fence = /^\s*```\s*(\S*)\s*(.*)$/.exec(line)
    if (fence && open) {
      blocks.push(open)
      open = undefined
    } else if (fence) open = { language: fence[1], note: fence[2].trim(), text: '', line: i + 2 }
    else if (open) open.text += `${line}\n`
  }
  return blocks
}

/** The commands of a shell block: one a line, those that end in a backslash joined with the next. */
export const commandsOf = ({ text }: Block): string[] =>
  text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map(line => line.replace(/\s+#\s.*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('#'))

/** Why a block is not run; undefined where it is. */
export const notTested = ({ note }: Block): string | undefined => /^not-tested: (.+)$/.exec(note)?.[1]

/** A training as the tests run it: one epoch, and two draws of a sweep, are enough to see that the command is right. */
export const cutShort = (command: string): string =>
  /\binkling (train|sweep)\b/.test(command) && !/--resume/.test(command)
    ? `${command.replace(/\s--(plain-)?epochs\s+\d+/g, '').replace(/--random \d+/, '--random 2')} --epochs 1`
    : command

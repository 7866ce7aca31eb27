/** What would begin a list, a heading or a quotation at the beginning of a line. */
const BEGINS_A_BLOCK = /^([-+*>]|#+|\d+[.)])$/

/** Markdown paragraphs with lines as long as they fit: figures that are put into a text move its words about. */
export function wrapped(text: string, width = 140): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map(paragraph => {
      const lines: string[] = []
      for (const word of paragraph.split(/\s+/).filter(Boolean)) {
        const last = lines.length - 1
        const fits = last >= 0 && lines[last].length + 1 + word.length <= width
        if (last >= 0 && (fits || BEGINS_A_BLOCK.test(word))) lines[last] += ` ${word}`
        else lines.push(word)
      }
      return lines.join('\n')
    })
    .join('\n\n')
}

const fenced = /^( *)(```+)(?:.*\n)*?\1\2$/gm

/** Markdown without what is shown as it stands: fenced blocks and code within a line. */
function prose(markdown: string): string {
  return markdown.replaceAll(fenced, '').replaceAll(/(`+)(?!`).+?\1/g, (code) => code.replaceAll(/[[\]()<>]/g, ''))
}

/** What stands in fenced blocks, each as one text; not the drawings, whose words are translated. */
export function blocksIn(markdown: string): string[] {
  const blocks = markdown.matchAll(/^ *```(\w*)\n(.*?)^ *```$/gms)
  return [...blocks].filter(([, language]) => language !== 'mermaid').map(([, , block = '']) => block)
}

/** What stands as code within lines. */
export function codeIn(markdown: string): string[] {
  return [...markdown.replaceAll(fenced, '').matchAll(/(`+)(?!`)(.+?)\1/g)].map(([, , code = '']) => code)
}

/** Where a document's links and pictures lead that do not leave the repository. */
export function linksIn(markdown: string): string[] {
  return targetsIn(markdown).filter((target) => !/^(https?|mailto):/.test(target))
}

/** Where all of its links and pictures lead. */
export function targetsIn(markdown: string): string[] {
  const text = prose(markdown)
  const found = [
    ...text.matchAll(/\]\(([^)\s]+)\)/g),
    ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
    ...text.matchAll(/<(?:a|img|source)\s[^>]*?(?:href|src|srcset)="([^"]*)"/g),
  ]
  return found.map(([, target]) => target ?? '')
}

/** Its sentences: no code, nor where links lead, nor comments and tags. */
export function sentencesIn(markdown: string): string {
  return markdown.replaceAll(fenced, '').replaceAll(/(`+)(?!`).+?\1|(?<=\])\([^)]*\)|<[^>]*>/g, '')
}

export function headingsIn(markdown: string): { level: number; words: string }[] {
  const lines = [...prose(markdown).matchAll(/^(#{1,6}) (.+)$/gm)]
  return lines.map(([, marks = '', words = '']) => ({ level: marks.length, words }))
}

/** What can stand behind the `#` of a link to the document: its headings as GitHub writes them. */
export function anchorsIn(markdown: string): Set<string> {
  const seen = new Map<string, number>()
  const headings = headingsIn(markdown).map(({ words }) => {
    const slug = words
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  })
  return new Set(headings)
}

/** Markdown without what is shown as it stands: fenced blocks and code within a line. */
function prose(markdown: string): string {
  return markdown
    .replaceAll(/^( *)(```+)(?:.*\n)*?\1\2$/gm, '')
    .replaceAll(/(`+)(?!`).+?\1/g, (code) => code.replaceAll(/[[\]()<>]/g, ''))
}

/** Where a document's links and pictures lead that do not leave the repository. */
export function linksIn(markdown: string): string[] {
  const text = prose(markdown)
  const found = [
    ...text.matchAll(/\]\(([^)\s]+)\)/g),
    ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
    ...text.matchAll(/<(?:a|img|source)\s[^>]*?(?:href|src|srcset)="([^"]*)"/g),
  ]
  return found.map(([, target]) => target ?? '').filter((target) => !/^(https?|mailto):/.test(target))
}

/** What can stand behind the `#` of a link to the document: its headings as GitHub writes them. */
export function anchorsIn(markdown: string): Set<string> {
  const seen = new Map<string, number>()
  const headings = [...prose(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
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

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { anchorsIn, linksIn } from './markdown.ts'

const notOurs = new Set(['.git', 'build', 'dist', 'node_modules'])

/** Every document below a folder. Not asked of git, which need not be there. */
function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? documents(path) : entry.name.endsWith('.md') ? [path] : []
  })
}

/** What is wrong with a link that stands in `document`, if anything. */
export function flaw(folder: string, document: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? document : join(dirname(document), path)
  if (relative(folder, target).startsWith('..')) return 'leaves the folder'
  if (!existsSync(target)) return 'leads to nothing'
  if (anchor === undefined) return undefined
  const isThere = statSync(target).isFile() && anchorsIn(readFileSync(target, 'utf8')).has(anchor)
  return isThere ? undefined : 'leads to no heading'
}

/** How many links and pictures the documents below a folder have, and which lead nowhere in it. */
export function brokenLinks(folder: string): { links: number; broken: string[] } {
  const all = documents(folder).flatMap((document) =>
    linksIn(readFileSync(document, 'utf8')).map((link) => ({ document, link })),
  )
  const broken = all.flatMap(({ document, link }) => {
    const found = flaw(folder, document, link)
    return found === undefined ? [] : [`${relative(folder, document)}: ${link} ${found}`]
  })
  return { links: all.length, broken }
}

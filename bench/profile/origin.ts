import { readFileSync } from 'node:fs'

export type CallFrame = { url: string; lineNumber: number; functionName: string }

const bundled = new Map<string, string[]>()

/** Where a function of the bundle comes from, by the comments above its parts. */
export function origin({ url, lineNumber }: CallFrame): string {
  if (!url.includes('/dist/')) return url
  const lines = bundled.get(url) ?? readFileSync(new URL(url), 'utf8').split('\n')
  bundled.set(url, lines)
  for (let line = lineNumber; line >= 0; line--) {
    const path = /^\/\/!? ((?:src|node_modules)\/\S+)$/.exec(lines[line] ?? '')?.[1]
    if (path !== undefined) return `/${path}`
  }
  return url
}

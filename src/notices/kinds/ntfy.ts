import { fittingLines } from '../fit-lines.ts'
import type { Item } from '../message.ts'
import type { HttpKindForm } from './post.ts'

/** A longer message becomes an attachment. docs.ntfy.sh/publish/#limitations */
const mostBytes = 4096

/**
 * ntfy, by the URL of a topic: it takes the text as the body, and all else as headers (docs.ntfy.sh/publish). Its form in JSON
 * goes to the server's root, which may not be where the URL leads. Without `Markdown` nothing is formatted.
 */
export const ntfy: HttpKindForm = {
  post(message) {
    const lines = fittingLines(message, (some) => Buffer.byteLength(some.join('\n')) <= mostBytes)
    const { priority, tag } = mark(message.items)
    const headers = {
      'Content-Type': 'text/plain; charset=utf-8',
      Title: 'catapa-sidecar',
      Priority: priority,
      Tags: tag,
    }
    return { headers, body: lines.join('\n') }
  },
}

/** Of 1 to 5; 3 is usual. The tags are emoji by name. */
function mark(items: readonly Item[]): Readonly<{ priority: string; tag: string }> {
  const lasting = items.filter(({ event }) => event !== 'over')
  if (lasting.length === 0) return { priority: '3', tag: 'white_check_mark' }
  return lasting.some(({ condition }) => condition === 'bad')
    ? { priority: '4', tag: 'rotating_light' }
    : { priority: '3', tag: 'warning' }
}

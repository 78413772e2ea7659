import { fittingLines } from '../fit-lines.ts'
import { type HttpKindForm, jsonPost, type Post } from './post.ts'

/** Text and cards together (developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create). */
const mostBytes = 32_000
/** Of a card; further ones would be left out. */
const mostWidgets = 100

/**
 * Webhooks of Google Chat. A text message would be formatted and mention people, and there is no way to escape that; a paragraph
 * of a card takes some HTML instead (developers.google.com/workspace/chat/format-messages), which can be escaped.
 * `fallbackText` is plain, for notifications of the device; a mention would begin with `<` there, too.
 */
export const googleChat: HttpKindForm = {
  post: (message) => card(fittingLines(message, fits)),
}

function fits(lines: readonly string[]): boolean {
  return lines.length <= mostWidgets && Buffer.byteLength(card(lines).body) <= mostBytes
}

function card(lines: readonly string[]): Post {
  const widgets = lines.filter((line) => line !== '').map((line) => ({ textParagraph: { text: escaped(line) } }))
  return jsonPost({
    fallbackText: (lines[0] ?? '').replaceAll('<', '‹').replaceAll('>', '›'),
    cardsV2: [{ cardId: 'notice', card: { sections: [{ widgets }] } }],
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

import { fittingLines } from '../fit-lines.ts'
import { type HttpKindForm, jsonPost } from './post.ts'

/** Of a text object; counted as it is sent. docs.slack.dev/reference/block-kit/composition-objects/text-object */
const mostCharacters = 3000

/**
 * Slack's incoming webhooks. A `plain_text` object is not formatted; `&`, `<` and `>` are the characters that mentions and links
 * begin with, and are decoded again (docs.slack.dev/messaging/formatting-message-text). `text` is what notifications of the
 * device show, and is `mrkdwn` unless told otherwise.
 */
export const slack: HttpKindForm = {
  post(message) {
    const written = (lines: readonly string[]) => escaped(lines.join('\n'))
    const text = written(fittingLines(message, (lines) => written(lines).length <= mostCharacters))
    return jsonPost({
      text,
      mrkdwn: false,
      blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }],
      unfurl_links: false,
      unfurl_media: false,
    })
  },
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

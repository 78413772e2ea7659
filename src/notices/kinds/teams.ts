import { fittingLines } from '../fit-lines.ts'
import { type HttpKindForm, jsonPost, type Post } from './post.ts'

/**
 * A message may have some 28 KB
 * (learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using), and Teams was seen to count two
 * bytes for each character.
 */
const mostCharacters = 13_500

/**
 * A workflow of Microsoft Teams that posts a card when a webhook request is received. A TextRun is not Markdown, unlike a
 * TextBlock (adaptivecards.io/explorer/TextRun.html); without `msteams.entities` nobody is mentioned.
 */
export const teams: HttpKindForm = {
  post: (message) => card(fittingLines(message, (lines) => card(lines).body.length <= mostCharacters)),
}

function card(lines: readonly string[]): Post {
  const body = lines.map((line, index) => ({
    type: 'RichTextBlock',
    spacing: index > 0 && lines[index - 1] === '' ? 'Medium' : 'Small',
    inlines: [{ type: 'TextRun', text: undated(line) }],
  }))
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: body.filter((_, index) => lines[index] !== ''),
  }
  return jsonPost({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  })
}

/** `{{DATE(…)}}` would be written in the reader's own way: a word joiner (U+2060) keeps it as it is. */
function undated(text: string): string {
  return text.replaceAll('{{', '{\u2060{')
}

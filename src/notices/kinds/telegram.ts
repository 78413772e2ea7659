import { jsonObject, memberAt } from '../../words/member-at.ts'
import { fittingLines } from '../fit-lines.ts'
import { type HttpKindForm, jsonPost } from './post.ts'

/** In UTF-16 units, as Telegram counts entities; its own count of characters is no larger. core.telegram.org/bots/api#sendmessage */
const mostCharacters = 4096

/**
 * `sendMessage` of Telegram's Bot API; the chat's id stays in the URL. Without `parse_mode` nothing is formatted, but `@name`
 * tells somebody and `#word`, `$WORD` become links: a word joiner (U+2060) after the character keeps them as they are.
 * An answer has `ok`, and on a 429 `parameters.retry_after` in seconds (core.telegram.org/bots/api#making-requests).
 */
export const telegram: HttpKindForm = {
  post(message) {
    const written = (lines: readonly string[]) => lines.join('\n').replace(/[@#$]/g, '$&\u2060')
    const text = written(fittingLines(message, (lines) => written(lines).length <= mostCharacters))
    return jsonPost({ text, link_preview_options: { is_disabled: true } })
  },
  took: (text) => jsonObject(text)?.ok === true,
  retryAfterMs(text) {
    const seconds = memberAt(jsonObject(text), 'parameters', 'retry_after')
    return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : undefined
  },
}

import type { Item, Message } from '../message.ts'
import { endWords, itemWords, oneLine } from '../words.ts'
import { type HttpKindForm, jsonPost } from './post.ts'

const mostCharacters = 2000

/** A body of our own, for programs; `version` changes when a member goes or changes its meaning. Times are ISO 8601, in UTC. */
export const json: HttpKindForm = {
  post: (message) =>
    jsonPost({
      version: 1,
      at: new Date(message.at).toISOString(),
      instance: oneLine(message.instance, mostCharacters),
      page: message.page ?? null,
      more: message.more === undefined ? null : oneLine(message.more, mostCharacters),
      items: message.items.map(itemBody),
      text: textOf(message),
    }),
}

function itemBody({ state, event, condition, what, next, since, tookMs }: Item) {
  return {
    state,
    event,
    condition,
    what: oneLine(what, mostCharacters),
    next: next === undefined ? null : oneLine(next, mostCharacters),
    since: new Date(since).toISOString(),
    tookSeconds: tookMs === undefined ? null : Math.round(tookMs / 1000),
  }
}

/** The whole message as people would read it. */
function textOf(message: Message): string {
  const items = message.items.map((item) => itemWords(item, message.at).join('\n'))
  return [...items, endWords(message).join('\n')].join('\n\n')
}

import { words } from '../../words/language.ts'

/** A title within a sentence; `CATAPA` stays as it is. */
export function asClause(title: string): string {
  return /^\p{Lu}{2}/u.test(title) ? title : `${title.charAt(0).toLowerCase()}${title.slice(1)}`
}

/** What stands at the top of the page. */
export const headlineWords = words('headlineWords', {
  works: 'It works',
  /** @param title of a state, as a clause of its own */
  worksBut: (title: string) => `It works, but ${asClause(title)}`,
  expired: 'There was no call for a while, so the token has expired. The next call gets a new one.',
  accepts: (until: string) =>
    `CATAPA accepts this sidecar. Its token is good until ${until}, and is renewed before that.`,
  gone: 'The sidecar does not answer',
  stopped: (seenAt: string | undefined) =>
    `It was stopped, or cannot be reached from here.${seenAt === undefined ? '' : ` Below is its last status, of ${seenAt}.`} This page keeps trying.`,
  startAgain: 'Start it again, or ask its administrator. Until then programs cannot reach CATAPA through it.',
})

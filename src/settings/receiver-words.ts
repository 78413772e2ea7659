import { words } from '../words/language.ts'

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']

/** What is wrong with the receivers of notices. A flaw follows its receiver. */
export const receiverWords = words('receiverWords', {
  only: 'its receiver',
  /** @param number from 1 */
  numbered(number: number): string {
    const ordinal = ordinals[number - 1]
    return ordinal === undefined ? `receiver ${number}` : `the ${ordinal} receiver`
  },
  forms: 'slack:, teams:, googlechat:, telegram:, ntfy: or json: with a URL after it, smtp:// or smtps://',
  begin: (forms: string) => `should begin with ${forms}`,
  twice: 'is there twice',
  url: (kind: string) => `should have a URL that begins with https:// after ${kind}:`,
  fragment: 'should have no fragment: # is written %23',
  topic: 'should have the topic as its path, as in ntfy:https://host/topic',
  chat: 'should end with /sendMessage?chat_id= and the number of the chat',
  mail: 'should be smtp://user:password@host:port/?from=ADDRESS&to=ADDRESS; in user and password all but letters and digits is percent-encoded',
  userAndPassword: 'should have both a user and a password, or none',
  parameters: 'should have no other parameters than from and to',
  once: (name: string) => `should have ${name} once; several addresses of to are separated by commas`,
  addressEncoding: 'should have percent-encoded addresses: % itself is written %25',
  addresses: 'should have a mail address in from, and one or more in to',
  own: "should not be one of the sidecar's own listeners: it would tell itself",
  https: 'should have a URL that begins with https://; CATAPA_ALLOW_HTTP=true allows http://',
})

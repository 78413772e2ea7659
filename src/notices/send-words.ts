import { words } from '../words/language.ts'

/** Why a receiver did not take a message, and what to do. Nothing in it is of its URL, or a word of its own. */
export const sendWords = words('sendWords', {
  notReached: (why: string) => `not reached: ${why}`,
  way: 'Check SIDECAR_NOTIFY_URL, and that this machine may connect there.',
  ownCa: (putCa: string) => `${putCa} If the receiver has a CA of its own, put that there.`,
  /** @param status of HTTP, or the reply code of a mail server */
  refused: (status: number) => `refused, ${status}`,
  noStarttls: {
    happened: 'not sent: the mail server offers no STARTTLS, and the password would go unencrypted',
    next: 'Use smtps:// if it has TLS from the start. CATAPA_ALLOW_HTTP=true lets passwords go without TLS.',
  },
  notSmtp: {
    happened: 'not sent: what answers there is no mail server',
    next: 'Check host and port in SIDECAR_NOTIFY_URL.',
  },
  stopped: { happened: 'not sent: the sidecar is stopping', next: 'Nothing has to be done.' },
  afterStatus: {
    tooMany: 'It has had too many messages of late: this passes.',
    itsFault: 'It is at fault, and this passes. If it stays, look at its own state.',
    redirect: 'It answered with a redirect, which is not followed: set the URL of its end.',
    badUrl: 'The URL is not, or no longer, good: make a new one there, and set it in SIDECAR_NOTIFY_URL.',
    other: 'Check SIDECAR_NOTIFY_URL: the URL may belong to another kind of receiver.',
  },
  afterReply: {
    login: 'Check the user and the password in SIDECAR_NOTIFY_URL.',
    passes: 'This may pass. If it stays, look at the log of the mail server.',
    other: 'Check the addresses of from and to in SIDECAR_NOTIFY_URL, and look at the log of the mail server.',
  },
})

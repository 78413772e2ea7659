import type { SecureContext } from 'node:tls'
import { type Outlet, outlet } from '../network/outlet.ts'
import { retryAfterMs } from '../network/retry-after.ts'
import { transportFacts } from '../problems/transport.ts'
import type { ProxyValues } from '../settings/config.ts'
import { type MailReceiver, type Receiver, shownReceiver } from '../settings/notify-url.ts'
import { proxyFor } from '../settings/proxy-variables.ts'
import type { Clock } from '../time.ts'
import { inLanguage, type Language } from '../words/language.ts'
import { googleChat } from './kinds/google-chat.ts'
import { json } from './kinds/json.ts'
import { ntfy } from './kinds/ntfy.ts'
import type { HttpKindForm } from './kinds/post.ts'
import { slack } from './kinds/slack.ts'
import { teams } from './kinds/teams.ts'
import { telegram } from './kinds/telegram.ts'
import type { Message } from './message.ts'
import type { SendFailure } from './send-failure.ts'

/** When a message that was not taken is sent again. */
export type Tries = Readonly<{
  /** For each try, connection and answer included. */
  timeoutMs: number
  /** The waits before the second try, the third… */
  waitsMs: readonly number[]
  /** A receiver that wants to be left alone for longer is given up. */
  longestWaitMs: number
  /** Only after an answer that asks for it, not after a connection that failed. */
  answersOnly?: true
}>

export const usualTries: Tries = { timeoutMs: 10_000, waitsMs: [2_000, 8_000], longestWaitMs: 600_000 }

export type SendWays = Readonly<{
  secureContext: SecureContext
  proxies: ProxyValues
  clock: Clock
  tries?: Tries
  /** Of what stands in a message beside the words that it brings; English unless told otherwise. */
  language?: Language
}>

/** The way to one receiver. */
export type Sender = Readonly<{
  /** Kind and host: all that may be shown of it. */
  shown: string
  /** Sends one message, in several tries if need be. It never throws. */
  send(message: Message): Promise<'taken' | SendFailure>
  /** Ends its connection, tries and waits at once: what is under way is `stopped`. */
  close(): Promise<void>
}>

type Attempt = (message: Message) => Promise<'taken' | SendFailure>

/** A receiver with its one connection, which is opened when there is something to send. */
export function sender(receiver: Receiver, ways: SendWays): Sender {
  const { clock, tries = usualTries } = ways
  const stopping = new AbortController()
  const { signal } = stopping
  const { attempt, close } = receiver.kind === 'smtp' ? mailWay(receiver, ways, signal) : httpWay(receiver, ways)

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, end)
      signal.addEventListener('abort', end)
      function end() {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
    })
  }

  return {
    shown: shownReceiver(receiver),
    async send(message) {
      for (let tried = 0; ; tried++) {
        const outcome = signal.aborted ? stoppedFailure : await attempt(message)
        if (outcome === 'taken') return outcome
        if (signal.aborted) return stoppedFailure
        const waitMs = waitBefore(outcome, tries.waitsMs[tried], tries)
        if (waitMs === undefined) return outcome
        await pause(waitMs)
      }
    },
    async close() {
      stopping.abort()
      await close()
    },
  }
}

const stoppedFailure: SendFailure = { is: 'stopped' }

/** How long to wait before the next try, in ms; undefined where there is none. */
function waitBefore(failure: SendFailure, usualMs: number | undefined, tries: Tries): number | undefined {
  if (usualMs === undefined) return undefined
  if (failure.is === 'lost') return tries.answersOnly ? undefined : usualMs
  if (failure.is === 'mail_refused') return failure.code < 500 ? usualMs : undefined
  if (failure.is !== 'refused') return undefined
  const { status, retryAfterMs: asked = 0 } = failure
  const mayPass = status === 408 || status === 429 || status >= 500
  return mayPass && asked <= tries.longestWaitMs ? Math.max(usualMs, asked) : undefined
}

type Way = Readonly<{ attempt: Attempt; close(): Promise<void> }>

function mailWay(receiver: MailReceiver, ways: SendWays, stopped: AbortSignal): Way {
  const { secureContext, tries = usualTries, language = 'en' } = ways
  return {
    // The library for mail is loaded only where there is a mail receiver.
    attempt: async (message) =>
      (await import('./kinds/mail.ts')).sendMail(receiver, message, {
        secureContext,
        stopped,
        language,
        timeoutMs: tries.timeoutMs,
      }),
    close: async () => {},
  }
}

type HttpReceiver = Exclude<Receiver, MailReceiver>

const forms: Readonly<Record<HttpReceiver['kind'], HttpKindForm>> = {
  slack,
  teams,
  googlechat: googleChat,
  telegram,
  ntfy,
  json,
}

function httpWay({ kind, url }: HttpReceiver, ways: SendWays): Way {
  const { secureContext, proxies, clock, tries = usualTries, language = 'en' } = ways
  const form = forms[kind]
  let out: Outlet | undefined
  return {
    async attempt(message) {
      out ??= outlet(url, { secureContext, proxy: proxyFor(url, proxies) })
      try {
        const posted = inLanguage(language, () => form.post(message))
        const answer = await out.send({ method: 'POST', url, ...posted, timeoutMs: tries.timeoutMs })
        const { status, headers, text } = answer
        if (status >= 200 && status < 300 && (form.took?.(text) ?? true)) return 'taken'
        const asked = headers['retry-after']
        const wait = typeof asked === 'string' ? retryAfterMs(asked, one(headers.date), clock.now().wall) : undefined
        return { is: 'refused', status, retryAfterMs: form.retryAfterMs?.(text) ?? wait }
      } catch (error) {
        return { is: 'lost', facts: transportFacts(error) }
      }
    },
    async close() {
      await out?.close()
    },
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

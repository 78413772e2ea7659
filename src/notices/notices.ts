import type { SecureContext } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import { poll } from '../files/poll.ts'
import type { Config } from '../settings/config.ts'
import type { Receiver } from '../settings/notify-url.ts'
import type { Clock } from '../time.ts'
import { inLanguage, orEnglish } from '../words/language.ts'
import { type Due, due, type Ledger, newLedger, notTaken, seen, sent, shortOf, type Telling, taken } from './ledger.ts'
import type { Message } from './message.ts'
import { type Sender, sender } from './send.ts'
import type { SendFailure } from './send-failure.ts'
import { failureWords, leftWords } from './words.ts'

/** How often the states are looked at. */
const everyMs = 1_000

export type NoticeParts = Readonly<{
  config: Pick<Config, 'notify' | 'notifyAfterMs' | 'proxies' | 'language'>
  secureContext: SecureContext
  /** The states that hold now. */
  tellings: () => readonly Telling[]
  /** What stands in every message. */
  from: Pick<Message, 'instance' | 'page'>
  clock: Clock
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>
}>

/** What became of the messages to one receiver, for people; instants on the wall clock, in ms. */
export type ReceiverShown = Readonly<{
  /** Kind and host. */
  receiver: string
  kind: Receiver['kind']
  taken: number
  failed: number
  takenAt: number | undefined
  /** Why it did not take the last message. */
  failing: Readonly<{ since: number; happened: string; remedy: string }> | undefined
}>

export type Notices = Readonly<{ shown(): readonly ReceiverShown[]; stop(): Promise<void> }>

type Told = {
  readonly sender: Sender
  readonly kind: Receiver['kind']
  ledger: Ledger
  shown: Omit<ReceiverShown, 'receiver' | 'kind' | 'failing'>
  /** Put into words when somebody looks. */
  failing: Readonly<{ since: number; failure: SendFailure }> | undefined
}

/** Tells the receivers of SIDECAR_NOTIFY_URL which states hold and which are over (design/promises 13), each on its own. */
export function startNotices(parts: NoticeParts): Notices {
  const { config, tellings, clock } = parts
  const nothing = { taken: 0, failed: 0, takenAt: undefined }
  const language = orEnglish(config.language)
  const all = config.notify.map((receiver): Told => {
    return {
      sender: sender(receiver, { ...parts, proxies: config.proxies, language }),
      kind: receiver.kind,
      ledger: newLedger(clock.now()),
      shown: nothing,
      failing: undefined,
    }
  })
  const looking = poll(async () => {
    const held = tellings()
    for (const told of all) look(told, held, parts)
  }, everyMs)
  return {
    shown: () => all.map(shownOf),
    async stop() {
      looking.stop()
      await Promise.all(all.map(({ sender }) => sender.close()))
    },
  }
}

function shownOf({ sender, kind, shown, failing }: Told): ReceiverShown {
  if (failing === undefined) return { receiver: sender.shown, kind, ...shown, failing }
  const { happened, next: remedy } = failureWords(failing.failure)
  return { receiver: sender.shown, kind, ...shown, failing: { since: failing.since, happened, remedy } }
}

function look(told: Told, held: readonly Telling[], parts: NoticeParts): void {
  const { config, clock } = parts
  const now = clock.now()
  const after = seen(told.ledger, held, now)
  const message = due(after, config.notifyAfterMs, now)
  told.ledger = message === undefined ? shortOf(after, config.notifyAfterMs, now) : sent(after, message.items, now)
  if (message !== undefined) void deliver(told, message, parts) // It never rejects.
}

async function deliver(told: Told, { items, left }: Due, { config, from, clock, log }: NoticeParts): Promise<void> {
  const receiver = told.sender.shown
  const states = items.map(({ state, event }) => `${state} ${event}`)
  const more = inLanguage(orEnglish(config.language), () => leftWords(left))
  const outcome = await told.sender.send({ ...from, items, more, at: clock.now().wall })
  const now = clock.now()
  const { shown } = told
  if (outcome === 'taken') {
    told.ledger = taken(told.ledger, now)
    told.shown = { ...shown, taken: shown.taken + 1, takenAt: now.wall }
    told.failing = undefined
    log.info({ receiver, states }, 'a notice was taken')
    return
  }
  told.ledger = notTaken(told.ledger, now)
  if (outcome.is === 'stopped') return
  const { happened, next: remedy } = failureWords(outcome)
  const before = told.failing
  told.shown = { ...shown, failed: shown.failed + 1 }
  told.failing = { since: before?.since ?? now.wall, failure: outcome }
  if (before === undefined || happened !== failureWords(before.failure).happened)
    log.warn({ receiver, states, happened, remedy }, 'a notice was not taken; it is sent again later')
}

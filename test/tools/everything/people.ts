// The people who are told: a receiver of notices for each sidecar, and what each should have been told by the states that the
// sidecar shows.
import { type StateName, stateNames } from '../../../src/admin/page/states/sidecar-state.ts'
import type { Findings } from './findings.ts'
import type { Plants } from './plants.ts'

type Item = { state: string; event: 'began' | 'lasts' | 'over' }

/** One sidecar's notices. */
export type People = Readonly<{
  /** A message has come. */
  hear(body: string): void
  /** The sidecar's `/api/status`, twice a second. */
  look(status: string): void
  /** Its process has ended; the next one begins anew. */
  endsNow(): void
  /** The next process runs. */
  hasStarted(): void
  figures: { messages: number; states: number }
}>

type Topic = { heldSince: number | undefined; goneSince: number | undefined; told: boolean; isMissed: boolean }

export const notifyAfterMs = 2000
const quietAfterStartMs = 10_000
const betweenMs = 60_000
/** Of a message a day ten are sent, and two of them are kept back. */
const mostMessages = 7
/** The sidecar looks once a second, and a busy machine stands still at times. */
const slackMs = 8000

export function people(name: string, findings: Findings, plants: Plants): People {
  const figures = { messages: 0, states: 0 }
  let topics = new Map<string, Topic>()
  let sentAt = Number.NEGATIVE_INFINITY
  let startedAt = performance.now()
  let messages = 0

  function topicOf(state: string): Topic {
    const known = topics.get(state)
    if (known !== undefined) return known
    const topic = { heldSince: undefined, goneSince: undefined, told: false, isMissed: false }
    topics.set(state, topic)
    return topic
  }

  function take({ state, event }: Item): void {
    const topic = topicOf(state)
    const isTwice = (event === 'began' && topic.told) || (event === 'over' && !topic.told)
    if (isTwice) findings.add('no notice comes twice', `${name}: ${state} ${event}`)
    topic.told = event !== 'over'
  }

  function judge(state: string, topic: Topic, now: number): void {
    const { told: how } = stateNames[state as StateName] as { told?: string }
    const gapMs = Number(Reflect.get(stateNames[state as StateName], 'gapMs') ?? 0)
    if (how === undefined || topic.isMissed || messages >= mostMessages) return
    const { heldSince, goneSince, told } = topic
    const free = sentAt + betweenMs
    const beganDue =
      heldSince === undefined || told
        ? undefined
        : Math.max(
            free,
            how === 'at once' ? Math.max(heldSince, startedAt + quietAfterStartMs) : heldSince + notifyAfterMs,
          )
    const overDue = goneSince === undefined || !told ? undefined : Math.max(free, goneSince + gapMs)
    const due = beganDue ?? overDue
    if (due === undefined || now < due + slackMs) return
    topic.isMissed = true
    findings.add(
      'no notice is missing',
      `${name}: ${state} ${beganDue === undefined ? 'is over' : 'began'}, ${Math.round(now - due)} ms late`,
    )
  }

  return {
    figures,
    hear(body) {
      if (plants.take('notice-missing')) return
      messages += 1
      figures.messages += 1
      sentAt = performance.now()
      const { items } = JSON.parse(body) as { items: Item[] }
      for (const item of items) take(item)
      if (plants.take('notice-twice')) for (const item of items) take(item)
    },
    look(status) {
      const now = performance.now()
      const held = new Set<string>(JSON.parse(status).states.map(({ name: state }: { name: string }) => state))
      for (const state of held) {
        const topic = topicOf(state)
        if (topic.heldSince === undefined) figures.states += 1
        topic.heldSince ??= now
        topic.goneSince = undefined
      }
      for (const [state, topic] of topics) {
        if (!held.has(state)) {
          topic.heldSince = undefined
          topic.goneSince ??= now
          topic.isMissed = topic.isMissed && topic.told
        }
        judge(state, topic, now)
      }
    },
    hasStarted() {
      startedAt = performance.now()
    },
    endsNow() {
      topics = new Map()
      messages = 0
      sentAt = Number.NEGATIVE_INFINITY
    },
  }
}

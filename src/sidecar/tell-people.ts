import type { SecureContext } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import type { StartedAdmin } from '../admin/admin.ts'
import { type SidecarState, type StateName, stateNames } from '../admin/page/states/sidecar-state.ts'
import { states } from '../admin/page/states/states.ts'
import { heartbeatIfSet } from '../notices/heartbeat-if-set.ts'
import type { Telling } from '../notices/ledger.ts'
import type { Notices, ReceiverShown } from '../notices/notices.ts'
import type { Config } from '../settings/config.ts'
import { systemClock } from '../time.ts'
import { inLanguage, type Language, orEnglish } from '../words/language.ts'

type Parts = Readonly<{
  secureContext: SecureContext
  configPath: string | undefined
  /** What is known, and the question to CATAPA whether it can be reached. */
  known: Pick<StartedAdmin, 'status' | 'askCatapa'>
  log: FastifyBaseLogger
}>

/** What people are told, while the sidecar runs. */
export type ToldPeople = Readonly<{
  /** What became of notices; undefined where none are sent. */
  notices(): readonly ReceiverShown[] | undefined
  stop(): Promise<void>
}>

/** Notices and the heartbeat; what is not set is not loaded (design/promises 13). */
export async function tellPeople(config: Config, parts: Parts): Promise<ToldPeople> {
  const { known, secureContext, log } = parts
  const language = orEnglish(config.language)
  const readiness = () => {
    const { readiness, started } = inLanguage(language, known.status)
    return { ...readiness, starting: !started }
  }
  const heartbeat = await heartbeatIfSet(config, { secureContext, log, readiness })
  const notices = config.notify.length === 0 ? undefined : await tellStates(config, parts)
  return {
    notices: () => notices?.shown(),
    async stop() {
      await Promise.all([heartbeat?.stop(), notices?.stop()])
    },
  }
}

async function tellStates(config: Config, { known, configPath, ...parts }: Parts): Promise<Notices> {
  const [{ startNotices }, { instanceLine, pageAddress }] = await Promise.all([
    import('../notices/notices.ts'),
    import('../notices/this-instance.ts'),
  ])
  const language = orEnglish(config.language)
  const instance = inLanguage(language, () => instanceLine(config, configPath))
  const from = { instance, page: pageAddress(config.adminListen) }
  return startNotices({ ...parts, config, tellings: () => tellings(known, language), from, clock: systemClock })
}

/** While CATAPA cannot be reached and nobody calls, it is asked so often. */
const askEveryMs = 60_000

function tellings({ status, askCatapa }: Parts['known'], language: Language): Telling[] {
  const facts = inLanguage(language, status)
  const now = Date.now()
  const { trouble } = facts.upstream
  if (trouble?.way !== undefined && now - Date.parse(trouble.at) >= askEveryMs) void askCatapa()
  return inLanguage(language, () => states(facts, now).flatMap(telling))
}

type Rule = Readonly<{ told?: Telling['told']; gapMs?: number; once?: boolean; alert?: string }>
const rules: Readonly<Record<StateName, Rule>> = stateNames

function telling({ name, of, condition, title, sentence, remedy, since }: SidecarState): Telling[] {
  const { told: when, gapMs = 0, once = false } = rules[name]
  if (when === undefined || condition === 'wanted') return []
  const what = `${title}. ${sentence}`
  const at = since === undefined ? undefined : Date.parse(since)
  return [{ name, of, told: when, gapMs, once, condition, title, what, next: remedy, since: at }]
}

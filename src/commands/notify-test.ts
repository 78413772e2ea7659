import { trust } from '../network/connection.ts'
import { type Sender, sender, type Tries } from '../notices/send.ts'
import type { SendFailure } from '../notices/send-failure.ts'
import { instanceLine, pageAddress } from '../notices/this-instance.ts'
import { failureWords, testMessage } from '../notices/words.ts'
import { exitStatus } from '../problems/exit-status.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { readConfig } from '../settings/read-config.ts'
import { type Clock, systemClock } from '../time.ts'
import { inLanguage, loadLanguage, orEnglish } from '../words/language.ts'
import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'
import { notifyTestWords } from './notify-test-words.ts'

/** 28 s at most. */
const tries: Tries = { timeoutMs: 10_000, waitsMs: [2_000], longestWaitMs: 8_000, answersOnly: true }

/** Its timers keep the process alive, as a command's must. */
const clock: Clock = {
  now: systemClock.now,
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}

type Result = Readonly<{ receiver: string; failure: SendFailure | undefined }>

/**
 * Sends a test message to each receiver.
 *
 * @returns 0 when all took it, else 5; 2 where there is none
 * @throws ConfigError
 */
export async function notifyTest({ configPath, operands, own }: CommandOptions): Promise<number> {
  if (operands.length > 0) return complain('notify', notifyTestWords().takesNone)
  const environment = takeEnvironment()
  const config = readConfig(environment, configPath)
  if (config.notify.length === 0) return complain('notify', notifyTestWords().nobody)
  const secureContext = trust(config.extraCa, environment.NODE_EXTRA_CA_CERTS)
  const language = orEnglish(config.language) // Of what the receivers get, whatever this terminal speaks.
  await loadLanguage(language)
  const ways = { secureContext, proxies: config.proxies, clock, tries, language }
  const message = inLanguage(language, () =>
    testMessage({
      instance: instanceLine(config, configPath),
      page: pageAddress(config.adminListen),
      at: clock.now().wall,
    }),
  )
  const results = await Promise.all(
    config.notify.map(async (receiver) => {
      const way: Sender = sender(receiver, ways)
      const outcome = await way.send(message)
      await way.close()
      return { receiver: way.shown, failure: outcome === 'taken' ? undefined : outcome }
    }),
  )
  process.stdout.write(own.json === true ? `${JSON.stringify(asObject(results))}\n` : results.map(line).join(''))
  return results.every(({ failure }) => failure === undefined) ? exitStatus.fine : exitStatus.unreachable
}

function line({ receiver, failure }: Result): string {
  if (failure === undefined) return notifyTestWords().took(receiver)
  const { happened, next } = failureWords(failure)
  return `${receiver}: ${happened}. ${next}\n`
}

function asObject(results: readonly Result[]) {
  return {
    ok: results.every(({ failure }) => failure === undefined),
    receivers: results.map(({ receiver, failure }) => {
      const { happened = null, next = null } = failure === undefined ? {} : failureWords(failure)
      return { receiver, took: failure === undefined, problem: happened, next }
    }),
  }
}

import { everyone } from '../../callers/caller.ts'
import { readCallers } from '../../callers/file/read-callers.ts'
import { repeatGuard } from '../../forwarding/repeats/repeats.ts'
import type { Config } from '../../settings/config.ts'
import { notesOf, ok, type StepOutcome, type Subject } from '../step.ts'
import { repeatsStepWords } from '../words/repeats-step-words.ts'

type Open = Readonly<{ unknown: number; oldest: string | undefined }>

/** The guard against repeats: the writes of unknown outcome, and whether callers can be told apart. */
export async function repeats({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const running = (await ourSidecar())?.repeats
  const { unknown, oldest } = running === undefined ? inTrail(config) : ofRunning(running)
  const say = repeatsStepWords()
  const guarded = config.repeats === 'guard' ? 'all' : 'some'
  const found = say.found({ guarded, unknown, by: running === undefined ? 'trail' : 'running sidecar' })
  const notes = [
    ...(oldest === undefined ? [] : [say.oldest(oldest)]),
    ...(guarded === 'all' && sharesAnEntry(config) ? [say.sharesAnEntry] : []),
  ]
  return ok([found, ...notesOf(notes)].join('\n'))
}

function ofRunning({
  unknown,
  writes,
}: Readonly<{ unknown: number; writes: readonly { outcome: string; time: string }[] }>): Open {
  return { unknown, oldest: writes.find(({ outcome }) => outcome === 'unknown')?.time }
}

/** As a start would find it. */
function inTrail(config: Config): Open {
  const guard = repeatGuard(config, undefined)
  try {
    if (config.auditDir !== undefined) guard.readBack(config.auditDir)
  } catch {
    return { unknown: 0, oldest: undefined } // The step "audit" tells why.
  }
  const unknown = guard.open().filter(({ stage }) => stage.is === 'unknown')
  const [first] = unknown
  return { unknown: unknown.length, oldest: first && new Date(first.beganAt).toISOString() }
}

function sharesAnEntry(config: Config): boolean {
  return readCallers(config)?.sections.some(({ name }) => name === everyone) ?? true
}

/** Whether any caller is guarded. */
export function guardsRepeats(config: Config): boolean {
  if (config.repeats === 'guard') return true
  try {
    return readCallers(config)?.sections.some(({ repeats }) => repeats?.value === 'guard') ?? false
  } catch {
    return false // The step "callers" tells why.
  }
}

import type { FastifyBaseLogger } from 'fastify'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { CallersFile } from '../callers/caller.ts'
import { codeOf } from '../files/errno.ts'
import { type Repeats, repeatGuard } from '../forwarding/repeats/repeats.ts'
import type { Config } from '../settings/config.ts'

/** The guard against repeats, and what it does when another callers file is in use. */
export type OpenedRepeats = Readonly<{ repeats: Repeats; useFile: (file: CallersFile) => void }>

/**
 * The guard against repeats; undefined where no caller has it, and no callers file could give it to one. Where a write is guarded, the
 * window is read back from the trail first.
 */
export function openRepeats(
  config: Pick<Config, 'repeats' | 'repeatWindowMs'>,
  callers: CallersFile | undefined,
  audit: Auditing | undefined,
  log: FastifyBaseLogger,
): OpenedRepeats | undefined {
  if (config.repeats === 'off' && callers === undefined) return undefined
  const repeats = repeatGuard(config, audit)
  let isRead = false
  const useFile = (file: CallersFile | undefined): void => {
    const guards = config.repeats === 'guard' || file?.sections.some((section) => section.repeats?.value === 'guard')
    if (isRead || !guards || audit === undefined) return
    isRead = true
    lookBack(repeats, audit, log)
  }
  useFile(callers)
  return { repeats, useFile }
}

function lookBack(repeats: Repeats, { trail }: Auditing, log: FastifyBaseLogger): void {
  const { folder } = trail.state()
  const began = performance.now()
  try {
    const lines = repeats.readBack(folder)
    const unknown = repeats.open().length
    log.info(
      { lines, unknown, ms: Math.round(performance.now() - began) },
      'guarded writes of the window are read back',
    )
    if (unknown > 0) {
      log.warn(
        { unknown },
        'it is not known what became of writes from before this start; "catapa-sidecar repeats" lists them, and the same writes are refused until somebody has looked',
      )
    }
  } catch (error) {
    log.error(
      { why: codeOf(error) },
      'the audit trail cannot be read back: repeats of earlier writes are not recognised',
    )
  }
}

import type { FastifyBaseLogger } from 'fastify'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { CallersFile } from '../callers/caller.ts'
import { codeOf } from '../files/errno.ts'
import type { Repeats } from '../forwarding/repeats/repeats.ts'
import type { Config } from '../settings/config.ts'

/** The guard against repeats of a sidecar; it is loaded once some caller has it. */
export type OpenedRepeats = Readonly<{
  /** Undefined where no write is guarded or watched. */
  current: () => Repeats | undefined
  /** Another callers file is in use. */
  useFile: (file: CallersFile) => Promise<void>
}>

/** Where a write is guarded for the first time, the window is read back from the trail before that. */
export async function openRepeats(
  config: Pick<Config, 'repeats' | 'repeatWindowMs'>,
  callers: CallersFile | undefined,
  audit: Auditing | undefined,
  log: FastifyBaseLogger,
): Promise<OpenedRepeats> {
  let repeats: Repeats | undefined
  let isRead = false

  async function use(file: CallersFile | undefined): Promise<void> {
    const modes = [config.repeats, ...(file?.sections.map((section) => section.repeats?.value) ?? [])]
    if (repeats === undefined && !modes.some((mode) => mode === 'watch' || mode === 'guard')) return
    const { repeatGuard } = await import('../forwarding/repeats/repeats.ts')
    const guard = repeats ?? repeatGuard(config, audit)
    if (!isRead && modes.includes('guard') && audit !== undefined) {
      isRead = true
      lookBack(guard, audit, log)
    }
    repeats = guard
  }

  await use(callers)
  return { current: () => repeats, useFile: use }
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

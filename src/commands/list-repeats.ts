import { exitStatus } from '../problems/exit-status.ts'
import { dialsOf } from '../running/dial.ts'
import { localPost } from '../running/local-request.ts'
import { type SidecarStatus, sidecarStatus } from '../running/sidecar-status.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { nameOf } from '../settings/listen-address.ts'
import { readAdminConfig } from '../settings/read-admin-config.ts'
import { memberAt } from '../words/member-at.ts'
import { printable } from '../words/printable.ts'
import type { CommandOptions } from './command.ts'
import { complain } from './complain.ts'

const timeoutMs = 5_000
const isOff = 'SIDECAR_ADMIN_LISTEN is off: there is nothing to ask'

type OpenWrite = NonNullable<SidecarStatus['repeats']>['writes'][number]

/** Lists the writes of a running sidecar that a person has to look after (design/promises 12.7). @throws ConfigError */
export async function listRepeats({ configPath, operands, own }: CommandOptions): Promise<number> {
  if (operands.length > 0) return complain('repeats', 'list takes no more words')
  const { adminListen } = readAdminConfig(takeEnvironment(), configPath)
  if (adminListen.length === 0) return complain('repeats', isOff)
  const status = await sidecarStatus(adminListen)
  if (status === undefined) return nobody(adminListen)
  if (status.repeats === undefined) {
    return complain(
      'repeats',
      'the running sidecar guards no writes: set SIDECAR_REPEATS, or repeats in the callers file',
      exitStatus.notInTime,
    )
  }
  const { writes } = status.repeats
  if (own.json === true) process.stdout.write(writes.map((one) => `${JSON.stringify(one)}\n`).join(''))
  else process.stdout.write(writes.length === 0 ? 'No write is of unknown outcome.\n' : table(writes))
  return exitStatus.fine
}

type Listeners = ReturnType<typeof readAdminConfig>['adminListen']

/** Releases a write that somebody has looked for in CATAPA (design/promises 12.7). @throws ConfigError */
export async function releaseRepeat({ configPath, operands, own }: CommandOptions): Promise<number> {
  const [write, ...more] = operands
  if (write === undefined || more.length > 0 || own.json !== undefined) {
    return complain('repeats', 'release takes one number or request id, as repeats list prints them')
  }
  const { adminListen } = readAdminConfig(takeEnvironment(), configPath)
  if (adminListen.length === 0) return complain('repeats', isOff)
  for (const dial of adminListen.flatMap(dialsOf)) {
    const path = `/api/repeats/release?write=${encodeURIComponent(write)}`
    const answer = await localPost(dial, path, timeoutMs, { 'X-Catapa-Sidecar': '1' })
    if (answer === undefined) continue
    if (answer.status === 200) {
      process.stdout.write('Released: the same write may be sent again.\n')
      return exitStatus.fine
    }
    const detail = memberAt(answer.body, 'detail')
    const why = typeof detail === 'string' ? printable(detail.slice(0, 1000)) : `the answer was ${answer.status}`
    return complain('repeats', why, exitStatus.notInTime)
  }
  return nobody(adminListen)
}

function nobody(adminListen: Listeners): number {
  return complain('repeats', `no sidecar answers at ${adminListen.map(nameOf).join(' ')}`, exitStatus.notInTime)
}

function table(writes: readonly OpenWrite[]): string {
  const rows = writes.map(({ seq, time, caller, outcome, status, method, operation, requestId }) => [
    String(seq ?? '–'),
    time,
    caller,
    `${outcome}${status === undefined ? '' : ` ${status}`}`,
    `${method} ${operation}`,
    requestId,
  ])
  const all = [['number', 'time (UTC)', 'caller', 'outcome', 'write', 'request id'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0))) ?? []
  const lines = all.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}

Look in CATAPA whether each of them is there. Release one that is not: catapa-sidecar repeats release NUMBER
`
}

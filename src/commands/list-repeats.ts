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
import { repeatsWords } from './repeats-words.ts'

const timeoutMs = 5_000

type OpenWrite = NonNullable<SidecarStatus['repeats']>['writes'][number]

/** Lists the writes of a running sidecar that a person has to look after (design/promises 12.7). @throws ConfigError */
export async function listRepeats({ configPath, operands, own }: CommandOptions): Promise<number> {
  if (operands.length > 0) return complain('repeats', repeatsWords().listTakesNone)
  const { adminListen } = readAdminConfig(takeEnvironment(), configPath)
  if (adminListen.length === 0) return complain('repeats', repeatsWords().isOff)
  const status = await sidecarStatus(adminListen)
  if (status === undefined) return nobody(adminListen)
  if (status.repeats === undefined) {
    return complain('repeats', repeatsWords().guardsNone, exitStatus.notInTime)
  }
  const { writes } = status.repeats
  if (own.json === true) process.stdout.write(writes.map((one) => `${JSON.stringify(one)}\n`).join(''))
  else process.stdout.write(writes.length === 0 ? repeatsWords().none : table(writes))
  return exitStatus.fine
}

type Listeners = ReturnType<typeof readAdminConfig>['adminListen']

/** Releases a write that somebody has looked for in CATAPA (design/promises 12.7). @throws ConfigError */
export async function releaseRepeat({ configPath, operands, own }: CommandOptions): Promise<number> {
  const [write, ...more] = operands
  if (write === undefined || more.length > 0 || own.json !== undefined) {
    return complain('repeats', repeatsWords().releaseTakesOne)
  }
  const { adminListen } = readAdminConfig(takeEnvironment(), configPath)
  if (adminListen.length === 0) return complain('repeats', repeatsWords().isOff)
  for (const dial of adminListen.flatMap(dialsOf)) {
    const path = `/api/repeats/release?write=${encodeURIComponent(write)}`
    const answer = await localPost(dial, path, timeoutMs, { 'X-Catapa-Sidecar': '1' })
    if (answer === undefined) continue
    if (answer.status === 200) {
      process.stdout.write(repeatsWords().released)
      return exitStatus.fine
    }
    const detail = memberAt(answer.body, 'detail')
    const why = typeof detail === 'string' ? printable(detail.slice(0, 1000)) : repeatsWords().answered(answer.status)
    return complain('repeats', why, exitStatus.notInTime)
  }
  return nobody(adminListen)
}

function nobody(adminListen: Listeners): number {
  return complain('repeats', repeatsWords().nobody(adminListen.map(nameOf).join(' ')), exitStatus.notInTime)
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
  const { columns, next } = repeatsWords()
  const all = [columns, ...rows]
  const widths = columns.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)))
  const lines = all.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n\n${next}`
}

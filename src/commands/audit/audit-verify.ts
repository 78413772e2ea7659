import type { Head } from '../../audit/audit-line.ts'
import { type Verified, verifyTrail } from '../../audit/reading/verify-trail.ts'
import { printable } from '../../log/printable.ts'
import { progressOn } from '../../log/progress.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import type { CommandOptions } from '../command.ts'
import { print } from '../policy/print.ts'
import { auditMisuse } from './audit-complaint.ts'
import { namedTrail, noTrailNamed, unreadableTrail } from './named-trail.ts'

/** Whether a trail is whole, and has the head that is given (design/promises 9.11). @throws ConfigError */
export async function verifyAudit({ configPath, operands, own }: CommandOptions): Promise<number> {
  const others = ['caller', 'since', 'until', 'effect', 'path', 'json']
  if (operands.length > 1 || others.some((name) => own[name] !== undefined)) {
    return auditMisuse('verify takes one folder and --head SEQ:HASH')
  }
  const head = headOf(own.head)
  if (head === null) return auditMisuse('--head should be SEQ:HASH, as log and /api/status have it')
  const folder = namedTrail({ configPath, operands })
  if (folder === undefined) return auditMisuse(noTrailNamed)
  const progress = progressOn(process.stderr)
  let verified: Verified
  try {
    verified = verifyTrail(folder, { head, tell: everyNow(progress.say) })
  } catch (error) {
    return unreadableTrail(folder, error)
  } finally {
    progress.clear()
  }
  await print(`${sentences(folder, verified).join('\n')}\n`)
  const isShown = verified.last !== undefined && verified.broken === undefined && verified.head !== 'older'
  return isShown ? exitStatus.fine : exitStatus.notInTime
}

/** Undefined where none is asked for; null for what is none. */
function headOf(option: unknown): Head | undefined | null {
  if (option === undefined) return undefined
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(String(option)) ?? []
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash: hash.toLowerCase() }
}

function everyNow(say: (text: string) => void): (done: { part: number; lines: number }) => void {
  let told = performance.now()
  return ({ part, lines }) => {
    if (performance.now() - told < 100) return
    told = performance.now()
    say(`verifying: ${Math.floor(part * 100)} %, ${grouped(lines)} lines`)
  }
}

function sentences(folder: string, verified: Verified): string[] {
  const { broken, torn, strangers, head } = verified
  const beside = [
    torn &&
      `${torn.file}, line ${torn.line}, has no line feed (${plural(torn.bytes, 'byte')}): a crash tore it, or it is just being written. The next start of the sidecar cuts it, and says so in the trail.`,
    strangers.length > 0 && `Not read, since no segment is named so: ${strangers.map(printable).join(', ')}`,
  ].filter((sentence) => typeof sentence === 'string')
  if (broken !== undefined) {
    return [`Broken: ${broken.file}, line ${broken.line}: ${broken.reason}.`, soFar(verified), ...beside]
  }
  if (verified.last === undefined) return [`There is no trail in ${printable(folder)}.`, ...beside]
  return [...whole(verified), ...(head === 'older' ? [older(verified)] : []), ...beside]
}

function whole({ segments, lines, first, last, head }: Verified): string[] {
  const met = head === 'met' ? ', and has the head that was asked for' : ''
  return [
    `Whole${met}: ${grouped(lines)} ${lines === 1 ? 'line' : 'lines'} in ${plural(segments, 'segment')}, seq ${first?.seq} to ${last?.seq}, from ${first?.time} to ${last?.time}.`,
    ...(first !== undefined && first.seq > 1
      ? [`The lines before seq ${first.seq} were deleted after their time, as the trail says.`]
      : []),
    `The head is ${last?.seq}:${last?.hash}`,
  ]
}

function older({ first }: Verified): string {
  return `Not shown: the head that was asked for is older than what is kept, which begins with seq ${first?.seq}.`
}

function soFar({ first, last }: Verified): string {
  return first === undefined
    ? 'No line before it was read.'
    : `The lines from seq ${first.seq} to ${last?.seq} are as they were written. What comes behind the break was not looked at.`
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

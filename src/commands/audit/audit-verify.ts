import type { ChainHead } from '../../audit/audit-line.ts'
import type { FormedLine } from '../../audit/reading/line-form.ts'
import { type Verified, verifyTrail } from '../../audit/reading/verify-trail.ts'
import { progressOn } from '../../log/progress.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { printable } from '../../words/printable.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { namedTrail, noTrailNamed, unreadableTrail } from './trail-option.ts'

/** Whether a trail is whole, and has the head that is given (design/promises 9.11). @throws ConfigError */
export async function verifyAudit({ configPath, operands, own }: CommandOptions): Promise<number> {
  const others = ['caller', 'since', 'until', 'effect', 'path', 'refused', 'limit', 'tz']
  if (operands.length > 1 || others.some((name) => own[name] !== undefined)) {
    return complain('audit', 'verify takes one folder, --head SEQ:HASH and --json')
  }
  const head = headOf(own.head)
  if (head === null) return complain('audit', '--head should be SEQ:HASH, as log and /api/status have it')
  const folder = namedTrail({ configPath, operands })
  if (folder === undefined) return complain('audit', noTrailNamed)
  const progress = progressOn(process.stderr)
  let verified: Verified
  try {
    verified = verifyTrail(folder, { head, tell: everyNow(progress.say) })
  } catch (error) {
    return unreadableTrail(folder, error)
  } finally {
    progress.clear()
  }
  const isShown = verified.last !== undefined && verified.broken === undefined && verified.head !== 'older'
  const said = own.json === true ? [JSON.stringify(forPrograms(verified, isShown))] : sentences(folder, verified, head)
  process.stdout.write(`${said.join('\n')}\n`)
  return isShown ? exitStatus.fine : exitStatus.notInTime
}

/** The result for a nightly job (docs/audit.md); members that do not apply are left out. `ok`: the exit status is 0. */
function forPrograms({ segments, lines, first, last, head, ...others }: Verified, ok: boolean): object {
  const { broken, torn, keepDays, deletedEnd, strangers } = others
  return {
    ...{ ok, segments, lines, first: first && placeOf(first), last: last && placeOf(last) },
    ...{ head: last && `${last.seq}:${last.hash}`, askedHead: head, broken, torn, keepDays, deletedEnd, strangers },
  }
}

function placeOf({ seq, time }: FormedLine): object {
  return { seq, time }
}

/** Undefined without the option; null if the option is no head. */
function headOf(option: unknown): ChainHead | undefined | null {
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

function sentences(folder: string, verified: Verified, asked: ChainHead | undefined): string[] {
  const { broken, torn, strangers, head } = verified
  const beside = [
    torn &&
      `${torn.file}, line ${torn.line}, has no line feed (${plural(torn.bytes, 'byte')}): a crash tore it, or it is just being written. The next start of the sidecar cuts it off, and says so in the trail.`,
    strangers.length > 0 && `Not read, since segments have other names: ${strangers.map(printable).join(', ')}`,
  ].filter((sentence) => typeof sentence === 'string')
  if (broken !== undefined) {
    return [`Broken: ${broken.file}, line ${broken.line}: ${broken.reason}.`, soFar(verified, asked), ...beside]
  }
  if (verified.last === undefined) return [`There is no trail in ${printable(folder)}.`, ...beside]
  return [...whole(verified), ...(head === 'older' ? [older(verified)] : []), ...beside]
}

function whole({ segments, lines, first, last, head, ...others }: Verified): string[] {
  const met = head === 'met' ? ', and has the head that was asked for' : ''
  return [
    `Whole${met}: ${grouped(lines)} ${lines === 1 ? 'line' : 'lines'} in ${plural(segments, 'segment')}, seq ${first?.seq} to ${last?.seq}, from ${first?.time} to ${last?.time}.`,
    ...(first !== undefined && first.seq > 1 ? [deleted(first.seq, others)] : []),
    ...(others.keepDays === undefined ? [] : [kept(others.keepDays)]),
    `The head is ${last?.seq}:${last?.hash}`,
    ...(head === undefined
      ? [
          'All lines fit together. Whether all of them were made anew, or lines are missing at the end, shows only with --head and a head from elsewhere.',
        ]
      : []),
  ]
}

function deleted(firstSeq: number, { deletedEnd }: Pick<Verified, 'deletedEnd'>): string {
  return deletedEnd === undefined
    ? `The lines before seq ${firstSeq} were deleted, as the trail says. Whether their time was over is not known: an older version began this file, and did not write down when those lines ended.`
    : `The lines before seq ${firstSeq}, which ended at ${deletedEnd}, were deleted after their time, as the trail says.`
}

function kept({ least, most }: NonNullable<Verified['keepDays']>): string {
  return least === most
    ? `It says that it keeps ${plural(least, 'day')}.`
    : `It says that it keeps ${grouped(least)} days in some places, and up to ${grouped(most)} in others.`
}

function older({ first }: Verified): string {
  return `Not shown: the head that was asked for is older than the lines that are kept, which begin with seq ${first?.seq}.`
}

function soFar({ first, last, head }: Verified, asked: ChainHead | undefined): string {
  if (first === undefined) return 'No line before it was read.'
  const lines = `The lines from seq ${first.seq} to ${last?.seq} fit together`
  const behind = 'The lines after the break were not checked.'
  if (head === 'other') return `${lines}, and nothing is known of them: all of them may have been made anew. ${behind}`
  return head === 'met'
    ? `${lines}, and up to seq ${asked?.seq} are those of the head. ${behind}`
    : `${lines}. ${behind}`
}

function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

import type { ChainHead } from '../../audit/audit-line.ts'
import type { FormedLine } from '../../audit/reading/line-form.ts'
import { type Verified, verifyTrail } from '../../audit/reading/verify-trail.ts'
import { progressOn } from '../../log/progress.ts'
import { exitStatus } from '../../problems/exit-status.ts'
import { printable } from '../../words/printable.ts'
import type { CommandOptions } from '../command.ts'
import { complain } from '../complain.ts'
import { auditShowWords } from './audit-show-words.ts'
import { auditVerifyWords } from './audit-verify-words.ts'
import { namedTrail, unreadableTrail } from './trail-option.ts'

/** Whether a trail is whole, and has the head that is given (design/promises 9.11). @throws ConfigError */
export async function verifyAudit({ configPath, operands, own }: CommandOptions): Promise<number> {
  const others = ['caller', 'since', 'until', 'effect', 'path', 'refused', 'limit', 'tz']
  if (operands.length > 1 || others.some((name) => own[name] !== undefined)) {
    return complain('audit', auditVerifyWords().takes)
  }
  const head = headOf(own.head)
  if (head === null) return complain('audit', auditVerifyWords().badHead)
  const folder = namedTrail({ configPath, operands })
  if (folder === undefined) return complain('audit', auditShowWords().noTrailNamed)
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
    say(auditVerifyWords().verifying(Math.floor(part * 100), lines))
  }
}

function sentences(folder: string, verified: Verified, asked: ChainHead | undefined): string[] {
  const { broken, torn, strangers, head, first, last } = verified
  const said = auditVerifyWords()
  const beside = [
    ...(torn === undefined ? [] : [said.torn(torn.file, torn.line, torn.bytes)]),
    ...(strangers.length === 0 ? [] : [said.strangers(strangers.map(printable).join(', '))]),
  ]
  if (broken !== undefined) {
    return [said.broken(broken.file, broken.line, broken.reason), before(verified, asked), ...beside]
  }
  if (first === undefined || last === undefined) return [said.noTrail(printable(folder)), ...beside]
  return [...whole(verified, first, last), ...(head === 'older' ? [said.older(first.seq)] : []), ...beside]
}

function whole(verified: Verified, first: FormedLine, last: FormedLine): string[] {
  const { segments, lines, head, keepDays, deletedEnd } = verified
  const said = auditVerifyWords()
  return [
    said.whole(head === 'met', lines, segments, first, last),
    ...(first.seq > 1 ? [said.deleted(first.seq, deletedEnd)] : []),
    ...(keepDays === undefined ? [] : [said.keeps(keepDays.least, keepDays.most)]),
    said.head(last.seq, last.hash),
    ...(head === undefined ? [said.withoutHead] : []),
  ]
}

/** What is known of the lines before a break. */
function before({ first, last, head }: Verified, asked: ChainHead | undefined): string {
  const said = auditVerifyWords()
  if (first === undefined || last === undefined) return said.nothingBefore
  const known = head === 'other' ? 'unknown' : head === 'met' ? 'known' : undefined
  return said.before(first.seq, last.seq, known, asked?.seq)
}

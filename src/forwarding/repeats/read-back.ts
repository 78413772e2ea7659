import { recentLines } from '../../audit/reading/recent-lines.ts'
import { jsonObject, memberAt } from '../../words/member-at.ts'
import { add, type KnownWrite, type KnownWrites, outcomeOf } from './known-writes.ts'

/**
 * Reads the window back from the audit trail (design/promises 12.6): a begin without an end is of unknown outcome. Blocks: nobody is
 * served yet.
 *
 * @returns how many lines there were
 * @throws an error of the operating system
 */
export function readBack(folder: string, known: KnownWrites, now: number): number {
  /** Begin lines whose write is not over and done with, by their `seq`: few at a time. */
  const begun = new Map<string, string>()
  const ended = new Map<string, KnownWrite>()
  let lines = 0
  for (const line of recentLines(folder, now - known.windowMs)) {
    lines += 1
    const event = textOf(line, '"event":"')
    if (event === 'begin') begun.set(seqOf(line), line)
    else if (event === 'end') {
      const seq = numberOf(line, '"begin":')
      const before = begun.get(seq)
      begun.delete(seq)
      const write = before === undefined ? undefined : endedWrite(before, line)
      if (write !== undefined) ended.set(seq, write)
    } else {
      const seq = numberOf(line, '"repeatOf":')
      if (event === 'release') {
        begun.delete(seq)
        ended.delete(seq)
      } else if (line.includes('"delivered":"yes"')) {
        const write = ended.get(seq)
        if (write?.keyed) write.stage = delivered(write.stage)
        else ended.delete(seq)
      }
    }
  }
  const all = [...ended.values(), ...[...begun.values()].flatMap((line) => unendedWrite(line) ?? [])]
  const inWindow = all.filter(({ stage }) => stage.is !== 'under way' && stage.at + known.windowMs > now)
  for (const write of inWindow.sort((a, b) => endOf(a) - endOf(b))) add(known, write)
  return lines
}

function endOf({ stage }: KnownWrite): number {
  return stage.is === 'under way' ? 0 : stage.at
}

function delivered(stage: KnownWrite['stage']): KnownWrite['stage'] {
  return stage.is === 'answered' ? { ...stage, delivered: 'yes' } : stage
}

/** Undefined for one that nothing depends on any more: most. */
function endedWrite(begin: string, end: string): KnownWrite | undefined {
  const arrived = end.includes('"delivered":"yes"')
  if (arrived && !begin.includes('"content":"')) return undefined
  const told = membersOf(end)
  const status = memberAt(told, 'origin') === 'catapa' ? memberAt(told, 'status') : memberAt(told, 'detail', 'answered')
  const reached = memberAt(told, 'reached')
  const outcome = outcomeOf(
    reached === 'no' || reached === 'yes' ? reached : 'maybe',
    typeof status === 'number' ? status : undefined,
  )
  if (outcome.is === 'none') return undefined
  const at = Date.parse(String(memberAt(told, 'time')))
  return outcome.is === 'unknown'
    ? writeOfLine(begin, { is: 'unknown', status: outcome.status, at })
    : writeOfLine(begin, { ...outcome, delivered: arrived ? 'yes' : 'no', answer: undefined, at })
}

function unendedWrite(begin: string): KnownWrite | undefined {
  return writeOfLine(begin, { is: 'unknown', status: undefined, at: Date.parse(textOf(begin, '"time":"')) })
}

function writeOfLine(begin: string, stage: KnownWrite['stage']): KnownWrite | undefined {
  const told = membersOf(begin)
  if (told === undefined) return undefined
  const text = (name: string) => String(memberAt(told, name) ?? '')
  const content = memberAt(told, 'content')
  return {
    same: text('fingerprint'),
    content: typeof content === 'string' && content !== '' ? content : undefined,
    keyed: content !== undefined,
    caller: text('caller'),
    method: text('method'),
    operation: text('operation'),
    requestId: text('requestId'),
    beganAt: Date.parse(text('time')),
    seq: Number(memberAt(told, 'seq')),
    stage,
    claimed: false,
    wake: undefined,
  }
}

/** Undefined for a line that a disk has damaged: `audit verify` tells of it. */
function membersOf(line: string): unknown {
  return jsonObject(Buffer.from(line, 'latin1').toString())
}

/** The text of a member. Within a text of the line the quotes would be escaped, so nothing else looks like it. */
function textOf(line: string, begin: string): string {
  const at = line.indexOf(begin)
  return at === -1 ? '' : line.slice(at + begin.length, line.indexOf('"', at + begin.length))
}

/** The digits of a member. */
function numberOf(line: string, begin: string): string {
  const at = line.indexOf(begin)
  if (at === -1) return ''
  let end = at + begin.length
  while (line.charCodeAt(end) >= 48 && line.charCodeAt(end) <= 57) end += 1
  return line.slice(at + begin.length, end)
}

function seqOf(line: string): string {
  return numberOf(line, '"seq":')
}

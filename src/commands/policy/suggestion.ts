import { everyone } from '../../callers/caller.ts'
import { count, type DoneByCallers } from './done.ts'
import { logLines } from './log-lines.ts'
import { readLogLine } from './logged-request.ts'
import { plural, type SuggestedSection, sectionText, suggestedSection } from './suggested-section.ts'

/** Sections for the callers file, by name, and what there is to say of the log, in sentences without a full stop. */
export type Suggestion = Readonly<{ sections: ReadonlyMap<string, SuggestedSection>; notes: readonly string[] }>

/** Lines that tell of no request, by kind, and failed requests that have no lines. */
type Unread = { pretty: number; foreign: number; more: number }

/**
 * For each caller the narrowest section that allows all that it did, from lines of the log. They are read once; what is
 * kept is a count for each operation.
 */
export async function suggestionFrom(logs: Iterable<AsyncIterable<Uint8Array>>): Promise<Suggestion> {
  const callers: DoneByCallers = new Map()
  const unread: Unread = { pretty: 0, foreign: 0, more: 0 }
  for (const log of logs) await read(log, callers, unread)
  const inOrder = [...callers].sort(([one], [other]) => place(one) - place(other) || (one < other ? -1 : 1))
  const sections = new Map(inOrder.map(([name, done]) => [name, suggestedSection(done)]))
  return { sections, notes: notes(callers, unread) }
}

/** The sections, to be pasted. */
export function sectionsText(sections: Suggestion['sections']): string {
  return [...sections].map(([name, section]) => `${sectionText(name, section)}\n`).join('\n')
}

async function read(log: AsyncIterable<Uint8Array>, callers: DoneByCallers, unread: Unread): Promise<void> {
  for await (const line of logLines(log)) {
    if (line?.trim() === '') continue
    const found = line === undefined ? { kind: 'foreign' as const } : readLogLine(line)
    if (!('kind' in found)) count(callers, found)
    else if (found.kind === 'ours') unread.more += found.more
    else unread[found.kind] += 1
  }
}

/** `[*]` is the last, as one writes it. */
function place(name: string): number {
  return name === everyone ? 1 : 0
}

function notes(callers: DoneByCallers, { pretty, foreign, more }: Unread): string[] {
  const all = [
    callers.size === 0 && 'no request was found in the log',
    pretty > 0 &&
      `${plural(pretty, 'line')} could not be read, in the form for people: SIDECAR_LOG_FORMAT=json writes the one for programs`,
    foreign > 0 && `${plural(foreign, 'line')} could not be read: the sidecar did not write them, or not whole`,
    more > 0 && `${plural(more, 'failed request')} had no line of their own, and are not counted`,
    callers.size === 1 && callers.has(everyone) && 'nobody has a name in this log: [*] is everyone who called',
  ]
  return all.filter((sentence) => sentence !== false)
}

import { type CallersInUse, type Section, shownName, waysOf } from '../../callers/caller.ts'
import { type CallerCounts, shownDigest } from '../metrics/caller-counts.ts'

/** The callers, their restrictions and their calls (design/promises 8.11). Instants are ISO 8601. */
export function callersStatus({ file, since, problems, lines, problemsSince }: CallersInUse, counts: CallerCounts) {
  return {
    file: file.path,
    /** When the present state of the file came into use. */
    since: new Date(since).toISOString(),
    /** Problems of the file on disk, while an earlier state of it is in use. */
    problems,
    /** The lines that they are in, and since when there are any. */
    lines: lines ?? [],
    problemsSince: maybeIso(problemsSince),
    /** Refused calls of unknown callers, with wrong keys too. */
    unknownRefusals: counts.unknownRefusals(),
    /** In the order of the file. */
    table: file.sections.map((section) => row(section, counts)),
  }
}

export type CallersStatus = ReturnType<typeof callersStatus>
export type CallerRow = ReturnType<typeof row>

function row(section: Section, counts: CallerCounts) {
  const { keys, restrictions } = section
  const { profiles, allow, deny, report } = restrictions
  const name = shownName(section.name)
  const { allowed, refused, wouldBeRefused, lastSeenAt, recognisedBy, keys: used } = counts.of(name)
  return {
    /** `other` for everyone else. */
    name,
    /** The ways by which it can be recognised. */
    ways: waysOf(section),
    profiles,
    /** The number of its rule lines of each kind. */
    allowLines: allow.length,
    denyLines: deny.length,
    /** Its restrictions are only reported. */
    report,
    /** Since the start, the refused ones among them. */
    calls: allowed + refused + wouldBeRefused,
    refusals: refused,
    wouldBeRefusals: wouldBeRefused,
    lastSeenAt: maybeIso(lastSeenAt),
    /** How its last call was recognised. */
    recognisedBy,
    keys: keys.map(({ value }) => {
      const digest = shownDigest(value)
      return { digest, lastUsedAt: maybeIso(used.get(digest)) }
    }),
  }
}

function maybeIso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}

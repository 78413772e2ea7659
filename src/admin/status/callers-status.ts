import { type CallersInUse, type How, type Section, shownName, waysOf } from '../../callers/caller.ts'
import type { ProfileName } from '../../operations/profiles.ts'
import { type CallerCounts, shownDigest } from '../metrics/caller-counts.ts'

/** The callers, their restrictions and their calls (design/promises 8.11). Instants are ISO 8601. */
export type CallersStatus = {
  file: string
  /** When the present state of the file came into use. */
  since: string
  /** Problems of the file on disk, while an earlier state of it is in use. */
  problems: readonly string[]
  /** Refused calls of unknown callers, with wrong keys too. */
  unknownRefusals: number
  /** In the order of the file. */
  table: CallerRow[]
}

export type CallerRow = {
  /** `other` for everyone else. */
  name: string
  /** The ways by which it can be recognised. */
  ways: How[]
  profiles: readonly ProfileName[]
  /** The number of its rule lines of each kind. */
  allowLines: number
  denyLines: number
  /** Its restrictions are only reported. */
  report: boolean
  /** Since the start, the refused ones among them. */
  calls: number
  refusals: number
  wouldBeRefusals: number
  lastSeenAt: string | undefined
  /** How its last call was recognised. */
  recognisedBy: How | undefined
  keys: {
    /** The first digits of it. */
    digest: string
    lastUsedAt: string | undefined
  }[]
}

export function callersStatus({ file, since, problems }: CallersInUse, counts: CallerCounts): CallersStatus {
  return {
    file: file.path,
    since: new Date(since).toISOString(),
    problems,
    unknownRefusals: counts.unknownRefusals(),
    table: file.sections.map((section) => row(section, counts)),
  }
}

function row(section: Section, counts: CallerCounts): CallerRow {
  const { name, keys, restrictions } = section
  const { profiles, allow, deny, report } = restrictions
  const { allowed, refused, wouldBeRefused, lastSeenAt, recognisedBy, keys: used } = counts.of(shownName(name))
  return {
    name: shownName(name),
    ways: waysOf(section),
    profiles,
    allowLines: allow.length,
    denyLines: deny.length,
    report,
    calls: allowed + refused + wouldBeRefused,
    refusals: refused,
    wouldBeRefusals: wouldBeRefused,
    lastSeenAt: maybeIso(lastSeenAt),
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

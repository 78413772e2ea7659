import { memberAt } from '../../words/member-at.ts'
import { type FormedLine, instantOf } from './line-form.ts'
import type { Chain } from './verified-chain.ts'

const dayMs = 86_400_000
/** As SIDECAR_AUDIT_KEEP_DAYS. */
const mostDays = 36_500

/** The claim of a retention line: the `seq` of the last deleted line, and how many days are kept. */
type Claim = Readonly<{ lastSeq: number; keepDays: number }>

/**
 * The flaw of a segment or retention line (design/promises 9.6); the claims of a good one are added to the chain. A retention line
 * is believed only if the deleted lines end where a file begins, and ended at least as many days before as are kept: by its own
 * time, and by the reader's clock, which may be a day behind. Older segment lines do not state when the lines before them ended;
 * then it is believed as it is.
 */
export function flawOfClaims(chain: Chain, line: FormedLine, now: number): string | undefined {
  if (line.event === 'segment') return flawOfSegment(chain, line)
  return line.event === 'retention' ? flawOfRetention(chain, line, now) : undefined
}

function flawOfSegment({ starts, last }: Chain, line: FormedLine): string | undefined {
  const before = memberAt(detailOf(line), 'before')
  if (before === undefined) {
    starts.set(line.seq, undefined)
    return undefined
  }
  if (instantOf(before) === undefined || (last !== undefined && before !== last.time)) {
    return 'it is a segment line, and the line before it has another time than it says'
  }
  starts.set(line.seq, String(before))
  return undefined
}

function flawOfRetention(chain: Chain, line: FormedLine, now: number): string | undefined {
  const claim = claimOf(line)
  if (claim === undefined) {
    return 'it is a retention line, and does not say which lines were deleted and how many days are kept'
  }
  const { lastSeq, keepDays } = claim
  if (lastSeq >= line.seq)
    return `it is a retention line, and says that lines behind it were deleted, up to seq ${lastSeq}`
  if (lastSeq + 1 >= (chain.first?.seq ?? 1) && !chain.starts.has(lastSeq + 1)) {
    return `it is a retention line, and no file begins behind the lines that it says were deleted, with seq ${lastSeq + 1}`
  }
  const ended = endOf(chain, lastSeq)
  const due = ended === undefined ? Number.NEGATIVE_INFINITY : Date.parse(ended) + keepDays * dayMs
  const at = instantOf(line.time)
  if (at === undefined || due > Math.min(at, now + dayMs)) {
    return `it is a retention line, and the lines up to seq ${lastSeq}, which it says were deleted, ended at ${ended}, less than ${keepDays} days before: they were deleted before their time, or a clock was wrong`
  }
  chain.deletedTo = Math.max(chain.deletedTo, lastSeq)
  const { least = keepDays, most = keepDays } = chain.keepDays ?? {}
  chain.keepDays = { least: Math.min(least, keepDays), most: Math.max(most, keepDays) }
  return undefined
}

/** The time of the line `lastSeq`, from the segment lines that are still there; undefined where none states it. */
function endOf({ starts }: Chain, lastSeq: number): string | undefined {
  let latest: string | undefined
  for (const [seq, before] of starts) {
    if (seq <= lastSeq + 1 && before !== undefined && (latest === undefined || before > latest)) latest = before
  }
  return latest
}

function claimOf(line: FormedLine): Claim | undefined {
  const detail = detailOf(line)
  const [lastSeq, keepDays] = [memberAt(detail, 'lastSeq'), memberAt(detail, 'keepDays')]
  const areWhole = Number.isInteger(lastSeq) && Number.isInteger(keepDays)
  if (!areWhole || typeof lastSeq !== 'number' || typeof keepDays !== 'number') return undefined
  return keepDays > mostDays ? undefined : { lastSeq, keepDays }
}

function detailOf({ detail }: FormedLine): unknown {
  return detail === undefined ? undefined : JSON.parse(Buffer.from(detail, 'latin1').toString())
}

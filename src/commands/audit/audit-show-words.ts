import { words } from '../../words/language.ts'
import { count } from '../../words/units.ts'

/** What audit show says beside its table, and mistakes in its options. */
export const auditShowWords = words('auditShowWords', {
  takes: 'show takes one folder, and --caller, --since, --until, --effect, --path, --refused, --limit, --tz, --json',
  badZone: '--tz takes a time zone such as Asia/Jakarta or WIB, or an offset such as +07:00',
  badLimit: (most: number) => `--limit takes a number from 1 to ${most}`,
  badEffect: (meant: string, effects: string) => `there is no such effect${meant}; they are ${effects}`,
  badTime:
    '--since and --until take a time such as 2026-11-27T10:00Z (without a zone it is UTC, or the zone of --tz), or 2h or 3d ago',
  badPath: '--path takes a path such as /core/v1/employees/4711, without a query',
  noKey: '--path needs the key that the trail was written with: set SIDECAR_AUDIT_KEY_FILE',
  none: 'the trail has no such entry',
  unread: (lines: number) =>
    `${lines === 1 ? 'one line is' : `${lines} lines are`} not as the sidecar writes them: run catapa-sidecar audit verify`,

  noTrailNamed: 'give the folder of the trail, or set SIDECAR_AUDIT_DIR',
  // Why a file or folder cannot be read: these follow its path.
  missing: 'does not exist',
  noFolder: 'is not a folder',
  forbidden: 'may not be read by this user',
  unreadable: (code: string) => `cannot be read (${code})`,
})

const reportedBy = (rule: string | undefined) => (rule === undefined ? '' : `, would be refused (${rule})`)
const acted = { maybe: ', may have acted', yes: ', CATAPA had answered', no: '' }

/** The cells of the table. `rule`: the one that would have refused the call. */
export const entryWords = words('entryWords', {
  columns: (zone: string) => ['line', `time (${zone})`, 'caller', 'outcome', 'size', 'effect', 'call'],
  outcomeUnknown: 'outcome unknown',
  refused: (by: string) => `refused (${by})`,
  answered: (status: string, rule: string | undefined) => `${status}${reportedBy(rule)}`,
  /** `status`: of the sidecar's own answer; undefined where the caller had left. */
  failed: (status: string | undefined, reached: keyof typeof acted, rule: string | undefined) =>
    `${status === undefined ? 'caller left' : `${status} by the sidecar`}${acted[reached]}${reportedBy(rule)}`,
  ofLine: (line: string) => ` of line ${line}`,
  repeats: (line: string) => `(repeats ${line})`,
  /** `of`: the kind of event. */
  flood: (of: string, more: number, since: string, change: readonly [from: string, to: string] | undefined) => {
    const kinds: Readonly<Record<string, string>> = {
      request: 'refusals',
      'token-refresh': 'requests for a token',
      'log-level': 'changes of the log level',
    }
    const changed = change === undefined ? '' : `, from ${change[0]} to ${change[1]}`
    return `${count(more)} more ${kinds[of] ?? of} since ${since}${changed}`
  },
})

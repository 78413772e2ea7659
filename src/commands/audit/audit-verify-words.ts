import { words } from '../../words/language.ts'
import { count, plural } from '../../words/units.ts'

/** What the place of a line and the ends of a trail are told with. */
type End = Readonly<{ seq: number; time: string }>

const behind = 'The lines after the break were not checked.'

/** What audit verify says, in sentences. `reason`: a clause on the broken line. */
export const auditVerifyWords = words('auditVerifyWords', {
  takes: 'verify takes one folder, --head SEQ:HASH and --json',
  badHead: '--head should be SEQ:HASH, as log and /api/status have it',
  verifying: (percent: number, lines: number) => `verifying: ${percent} %, ${count(lines)} lines`,
  noTrail: (folder: string) => `There is no trail in ${folder}.`,
  torn: (file: string, line: number, bytes: number) =>
    `${file}, line ${line}, has no line feed (${plural(bytes, 'byte')}): a crash tore it, or it is just being written. The next start of the sidecar cuts it off, and says so in the trail.`,
  strangers: (names: string) => `Not read, since segments have other names: ${names}`,

  broken: (file: string, line: number, reason: string) => `Broken: ${file}, line ${line}: ${reason}.`,
  nothingBefore: 'No line before it was read.',
  /** `head`: whether the lines are known to be those of the head that was asked for. */
  before: (first: number, last: number, head: 'known' | 'unknown' | undefined, asked: number | undefined) => {
    const lines = `The lines from seq ${first} to ${last} fit together`
    if (head === 'unknown')
      return `${lines}, and nothing is known of them: all of them may have been made anew. ${behind}`
    return head === 'known'
      ? `${lines}, and up to seq ${asked} are those of the head. ${behind}`
      : `${lines}. ${behind}`
  },

  whole: (met: boolean, lines: number, segments: number, first: End, last: End) =>
    `Whole${met ? ', and has the head that was asked for' : ''}: ${plural(lines, 'line')} in ${plural(segments, 'segment')}, seq ${first.seq} to ${last.seq}, from ${first.time} to ${last.time}.`,
  deleted: (seq: number, ended: string | undefined) =>
    ended === undefined
      ? `The lines before seq ${seq} were deleted, as the trail says. Whether their time was over is not known: an older version began this file, and did not write down when those lines ended.`
      : `The lines before seq ${seq}, which ended at ${ended}, were deleted after their time, as the trail says.`,
  keeps: (least: number, most: number) =>
    least === most
      ? `It says that it keeps ${plural(least, 'day')}.`
      : `It says that it keeps ${count(least)} days in some places, and up to ${count(most)} in others.`,
  head: (seq: number, hash: string) => `The head is ${seq}:${hash}`,
  withoutHead:
    'All lines fit together. Whether all of them were made anew, or lines are missing at the end, shows only with --head and a head from elsewhere.',
  older: (seq: number) =>
    `Not shown: the head that was asked for is older than the lines that are kept, which begin with seq ${seq}.`,
})

import type { FactsOf } from '../failure.ts'
import { diskReason } from './disk-reasons.ts'
import type { Table } from './table.ts'

type Facts = FactsOf['trail_unwritable']

/** Why a trail cannot be written any more, and the next step. */
const reasons: Readonly<Record<string, readonly [why: string, next: string]>> = {
  ENOENT: ['a file or folder of it is gone', 'Find out who removed it, and see that its folder can be made again.'],
  replaced: [
    'another program has replaced, shortened or added to its file',
    'Find out which, and see that nothing else writes there.',
  ],
  taken: ['another process writes it', 'Stop the other sidecar, or give each a SIDECAR_AUDIT_DIR of its own.'],
  stalled: ['the disk does not answer', 'Look at the disk, or at the server that it is on.'],
  open_folder: [
    'its folder is not there for its owner alone any more',
    'Give it to the user of the sidecar, and close it to others (chmod 700).',
  ],
  damaged: ['its last line is damaged', 'Run catapa-sidecar audit verify, which says where.'],
  stopped: ['the sidecar has stopped', 'Start it again.'],
  ENOSPC: ['the disk is full', 'Make room on that disk.'],
  EDQUOT: ["this user's share of the disk is full", 'Make room on that disk.'],
}

function reasonOf({ reason }: Facts): readonly [why: string, next: string] {
  return (
    reasons[reason] ?? [
      diskReason(reason),
      'Look at the disk, and at who may write in the folder of SIDECAR_AUDIT_DIR.',
    ]
  )
}

/** The audit trail (design/promises 9.9). Callers learn nothing of files. */
export const auditPhrases = {
  trail_unwritable: [
    'This request cannot be put on record at the moment, so it is not carried out',
    (_, retrying) =>
      retrying ? 'send it again in a moment, the log of the sidecar says why' : 'the log of the sidecar says why',
    (facts, retrying) => `${reasonOf(facts)[1]}${retrying ? ' The sidecar keeps trying.' : ''}`,
    (facts) => `The audit trail in ${facts.folder} cannot be written: ${reasonOf(facts)[0]}`,
  ],
} satisfies Partial<Table>

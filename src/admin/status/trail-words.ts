import { words } from '../../words/language.ts'

/** What became of the audit trail's file. */
export const trailWords = words('trailWords', {
  replaced: (file: string, why: string, lost: number) =>
    `Somebody has ${why === 'replaced' ? 'replaced, shortened or added to' : 'removed'} ${file}, the file of the audit trail that was being written${lost === 0 ? '' : `; ${lost === 1 ? 'one line of it is lost' : `${lost} lines of it are lost`}`}`,
  remedy:
    'Find out who may write in that folder, and run catapa-sidecar audit verify, which says what is wrong. The trail goes on in a new file.',
})

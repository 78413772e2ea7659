import { words } from '../../words/language.ts'

export const auditStepWords = words('auditStepWords', {
  full: (failing: string, folder: string, free: string) =>
    `the running sidecar says: ${failing}; the disk of ${folder} has ${free} free`,
  makeRoom: (folder: string) => `Make room on the disk of ${folder}.`,
  owner: 'The folder, or the one above it, has to exist and belong to the user that runs the sidecar alone: mode 0700.',
  noFolder: (folder: string) => `neither ${folder} nor the folder above it exists`,
  readOnly: (folder: string) => `${folder} is read-only`,
  noRight: (folder: string, code: string | undefined) => `this user may not write in ${folder} (${code})`,
  /** The facts of a good folder, one after the other. */
  folder: (path: string) => `the folder ${path}`,
  madeAtStart: 'made at the next start',
  noKey: 'no key, so the trail cannot be searched for a path',
  key: 'a key',
  noKeyYet: 'no key yet: it is made at the next start',
  writable: 'writable',
  written: (lines: number | undefined) =>
    `written by the running sidecar${lines === undefined ? '' : ` (${lines} lines)`}`,
  free: (size: string) => `${size} free`,
  /** Notes below them. */
  few: 'when the disk is full, calls that change something are refused',
  replaced: (sentence: string) => `${sentence}: run catapa-sidecar audit verify`,
  writesNone: 'the running sidecar writes no audit trail: it was started without, and has to be restarted',
  writesElsewhere: 'the running sidecar writes its audit trail in another folder',
})

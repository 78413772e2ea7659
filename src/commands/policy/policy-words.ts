import { words } from '../../words/language.ts'

const counted = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`

/** What policy says. The sections that suggest prints stay English: a later suggestion knows its own comments by their words. */
export const policyWords = words('policyWords', {
  checkTakes:
    'check takes CALLER METHOD PATH, for example check payroll-export GET /core/v1/employees; "*" is everyone else',
  checkTakesJson: 'check takes --json only: --profile and --caller are for list',
  listTakes: 'list takes options only: --profile P, which may be repeated, --caller C, and --json',
  suggestTakes: 'suggest takes --callers FILE, and files of the log or --trail DIR, only',
  suggestTakesOne: 'suggest reads files of the log or --trail DIR, not both: they have the same requests',
  // `meant`: from `didYouMean`.
  badMethod: (meant: string) => `check takes a method of HTTP before the path${meant}`,
  badProfile: (meant: string, profiles: string) => `there is no such profile${meant}; they are ${profiles}`,
  noNames: 'SIDECAR_CALLERS_FILE is not set, so no caller has a name: give "*"',
  thatIsAKey: (file: string, names: string) =>
    `${file} has no section: a key is not the name of a caller. It has ${names}`,
  noSection: (file: string, name: string, meant: string, names: string) =>
    `${file} has no section [${name}]${meant}. It has ${names}`,

  // What check answers.
  allowed: (by: string) => `allowed: ${by}`,
  refused: (by: string) => `refused: ${by}`,
  reported: (by: string) => `allowed, since report = true; it would be refused: ${by}`,
  everyoneElseRefused: 'The callers file has no section [*]: unknown callers are refused (caller_unknown).',
  nobodyMaySend: (why: string) => `No caller may send that. ${why}`,
  nobodyMayUse: 'No caller may send that (method_not_allowed).',
  notInCatalogue: 'The catalogue does not have this operation: it is judged by its method.',
  operation: (operation: string, effect: string, domain: string, unsure: boolean) =>
    `The operation is ${operation} (${effect}, ${domain}${unsure ? '; its effect is uncertain, so the stricter one is assumed' : ''}).`,

  // What suggest says beside the sections. `flaw`: the end of a sentence.
  badFile: (flaw: string) => `the file of --callers ${flaw}`,
  fileWithMistakes: (lines: readonly Readonly<{ line: number; problem: string }>[]) =>
    `the file of --callers has to be right first:${lines.map(({ line, problem }) => `\n  line ${line}: ${problem}`).join('')}`,
  unreadable: (source: Source, why: string) => `the ${source} cannot be read: ${why}`,
  silentOn: (source: Source, names: string) => `the ${source} says nothing of ${names}, left as the file has it`,
  noRequest: (source: Source) => `no request was found in the ${source}`,
  pretty: (lines: number) =>
    `${counted(lines, 'line')} could not be read, in the form for people: set SIDECAR_LOG_FORMAT=json`,
  foreign: (lines: number) =>
    `${counted(lines, 'line')} could not be read: the sidecar did not write them, or not whole`,
  flood: (requests: number) => `${counted(requests, 'failed request')} had no line of their own, and are not counted`,
  gap: (lines: number) => `${counted(lines, 'line')} could not be written to the trail, and are not counted`,
  nobodyNamed: (source: Source) => `nobody has a name in this ${source}: [*] is everyone who called`,
})

type Source = 'log' | 'trail'

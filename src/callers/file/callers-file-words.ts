import { words } from '../../words/language.ts'

const nameOf = (rule: string, section: string | undefined) => (section === undefined ? rule : `${rule} in [${section}]`)

/** What is wrong with a line of the callers file, or with the file. What names no rule follows "line 7: ". */
export const callersFileWords = words('callersFileWords', {
  inLine: (line: number, problem: string) => `line ${line}: ${problem}`,
  /** @param section undefined where it has no name */
  ofRule: (rule: string, section: string | undefined, flaw: string) => `${nameOf(rule, section)} ${flaw}`,
  semicolon: 'begins with ";", which is no comment here: write #',
  commentAtEnd: 'has a comment at its end: give it a line of its own that begins with #',
  takenName: (name: string) => `begins the section [${name}], a name that is taken`,
  sectionName: 'should be [name] of at most 32 small letters, digits and "-", or [*] for everyone else',
  twice: (name: string, line: number) => `begins the section [${name}] a second time, after line ${line}`,
  unknowable: 'begins a section without key, listen, certificate or user: nobody is known by it',
  noEntry: 'should be [name] or name = value, or begin with #',
  beforeSections: 'stands before the first section: begin with [name]',
  ofEveryone: (rule: string) => `has a ${rule} for [*], which is everyone whom no other section knows`,
  /** @param rule undefined where it may not be repeated */
  unknownRule: (rule: string | undefined, section: string | undefined, end: string) =>
    `${rule === undefined ? 'has' : `${nameOf(rule, section)} is`} a rule that this version of catapa-sidecar does not know${end}`,
  knownRules: (names: readonly string[]) => `: it knows ${names.join(', ')}`,
  keyItself:
    'has a key itself, and everybody who can read this file would have it: replace it by a new one (catapa-sidecar key prints it), and write only the line key = sha256:… of that here',
  nobody: (path: string) =>
    `${path} names nobody, which would refuse every program: begin with [name], or leave the setting out`,
  /** Of a word that is safe to repeat. */
  instead: (text: string) => `, not "${text}"`,
  openToAll:
    'begins the section [*], which would let in every program that can connect to a tls: address of SIDECAR_LISTEN: leave it out, unless SIDECAR_TRUST_NETWORK is true',
  notEnforced: (callers: readonly string[]) =>
    `restrictions are only logged and not enforced for ${callers.join(', ')}`,
  everyoneElse: 'everyone else',
})

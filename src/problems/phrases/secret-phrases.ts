import type { CommandFlaw, FactsOf, OutputFlaw } from '../failure.ts'
import { keeps, type Table } from './table.ts'

type Failed = FactsOf['secret_command_failed']
type Unusable = FactsOf['secret_command_unusable']

/** The names of the members in the output, and of the settings. */
export const settingNames = {
  tenant: 'CATAPA_TENANT',
  clientId: 'CATAPA_CLIENT_ID',
  clientSecret: 'CATAPA_CLIENT_SECRET',
}

function failedHow(flaw: CommandFlaw): string {
  switch (flaw.kind) {
    case 'missing':
      return 'is not there'
    case 'not_executable':
      return 'may not be executed'
    case 'not_started':
      return `could not be started (${flaw.errno})`
    case 'status':
      return `ended with status ${flaw.status}`
    case 'signal':
      return `was ended by ${flaw.signal}`
    case 'late':
      return `took longer than ${flaw.seconds} s and was ended`
    case 'too_large':
      return 'printed more than 64 KiB'
    case 'held_open':
      return 'has ended, but a program that it started keeps its output open'
  }
}

function unusableHow(flaw: OutputFlaw): string {
  switch (flaw.kind) {
    case 'empty':
      return 'printed nothing'
    case 'several_lines':
      return 'printed several lines'
    case 'not_text':
      return 'printed something that is not UTF-8'
    case 'not_json':
      return 'printed a text that begins like JSON and is none'
    case 'expires_at':
      return 'printed an expiresAt that is neither ISO 8601, with its zone, nor seconds since 1970'
    case 'unfit':
      return `printed a ${flaw.member} that ${settingNames[flaw.member]} could not have either`
    case 'differs':
      return `printed another ${flaw.member} than ${settingNames[flaw.member]}`
    case 'lacks':
      return `printed no ${flaw.member}`
  }
}

const byHand =
  'Run it by hand as the user of the sidecar, with no input: catapa-sidecar doctor --new-token says who that is.'

function mendRun({ flaw, saidMore }: Failed, retrying: boolean): string {
  if (flaw.kind === 'missing') return `Check CATAPA_CLIENT_SECRET_COMMAND and PATH${keeps(retrying)}.`
  if (flaw.kind === 'not_executable')
    return `Check the mode of the program of CATAPA_CLIENT_SECRET_COMMAND${keeps(retrying)}.`
  if (flaw.kind === 'too_large') return 'Let CATAPA_CLIENT_SECRET_COMMAND print the secret alone, or JSON with it.'
  if (flaw.kind === 'held_open') return 'Let what it leaves running close its standard output.'
  const why = saidMore
    ? 'It wrote why to its standard error, which is not read.'
    : 'It wrote nothing to its standard error.'
  return `${why} ${byHand}`
}

function mendOutput({ flaw, saidMore }: Unusable): string {
  if (flaw.kind === 'differs') {
    return `Correct ${settingNames[flaw.member]}, or leave it out, or let the command print that of the same client.`
  }
  if (flaw.kind === 'lacks' && flaw.member !== 'clientSecret') {
    return `Set ${settingNames[flaw.member]}, or let the command print JSON with ${flaw.member}.`
  }
  if (flaw.kind === 'empty' && saidMore) return `It wrote something to its standard error, which is not read. ${byHand}`
  return 'Let CATAPA_CLIENT_SECRET_COMMAND print one line, the secret, or one JSON object with clientSecret, and nothing else.'
}

const happened = 'The sidecar gets no client secret from where it is kept'
const next = (_: unknown, retrying: boolean) => `the administrator of the sidecar has to look${keeps(retrying)}`
const programOf = ({ program }: { program: string }) => `The secret's command, ${program},`

/** The command that prints the secret. Callers learn no name and no reason. */
export const secretPhrases = {
  secret_command_failed: [happened, next, mendRun, (facts) => `${programOf(facts)} ${failedHow(facts.flaw)}`],
  secret_command_unusable: [happened, next, mendOutput, (facts) => `${programOf(facts)} ${unusableHow(facts.flaw)}`],
  tenant_not_known: [
    'The sidecar does not know its tenant yet, so it cannot tell whether this request is for another one, or a write that comes again',
    'try again in a moment',
    "Wait for the secret's command, or set CATAPA_TENANT.",
  ],
} satisfies Partial<Table>

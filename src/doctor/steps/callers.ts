import { type CallersFile, everyone, type Section, shownName } from '../../callers/caller.ts'
import { notEnforced } from '../../callers/file/log-callers.ts'
import { readCallers } from '../../callers/file/read-callers.ts'
import type { SidecarStatus } from '../../running/sidecar-status.ts'
import type { Config } from '../../settings/config.ts'
import { ConfigError } from '../../settings/config-error.ts'
import { failed, notesOf, ok, type StepOutcome, type Subject, saidByRunning, shownMode } from '../step.ts'
import { callersStepWords } from '../words/callers-step-words.ts'

type SaidCallers = SidecarStatus['callers']

/** Whether there is a callers file, or a limit for everyone. */
export function limitsCallers({ callersFile, profile }: Config): boolean {
  return callersFile !== undefined || limitOf(profile) !== undefined
}

function limitOf(profile: Config['profile']): string | undefined {
  return profile.some((name) => name !== 'full') ? callersStepWords().limit(profile.join(' ')) : undefined
}

/** The callers file on disk, and how a running sidecar uses it. */
export async function callers({ config, ourSidecar }: Subject): Promise<StepOutcome> {
  const say = callersStepWords()
  const reading = read(config)
  if ('problems' in reading) {
    return failed('configuration', reading.problems.join('\n'), say.correct(config.callersFile))
  }
  const { file } = reading
  const limit = limitOf(config.profile)
  if (file === undefined) return ok(say.noFile(limit))
  const other = await ourSidecar()
  const inUse = other?.callers
  const problem = inUse?.problems[0]
  if (problem !== undefined) return saidByRunning('configuration', say.problem(problem))
  const notes = [...notEnforced(file.sections), ...(other === undefined ? [] : ofRunning(file, inUse))]
  const summary = [say.file(file.path), ...shownMode(file.path), whoIn(file), limit].filter(Boolean).join(', ')
  return ok([summary, ...notesOf(notes)].join('\n'))
}

function read(config: Config): { file: CallersFile | undefined } | { problems: readonly string[] } {
  try {
    return { file: readCallers(config) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { problems: error.problems.map(({ problem }) => problem) }
  }
}

function whoIn({ sections }: CallersFile): string {
  const named = sections.filter(({ name }) => name !== everyone).length
  return callersStepWords().whoIn(named, named < sections.length ? 'have a section' : 'are refused')
}

function forPeople({ name }: Section): string {
  return name === everyone ? callersStepWords().everyoneElse : name
}

/** Names are taken from our own file: another program could answer in the sidecar's place, with any text. */
function ofRunning({ path, sections }: CallersFile, inUse: SaidCallers): string[] {
  const say = callersStepWords()
  if (inUse === undefined) return [say.usesNone]
  if (inUse.file !== path) return [say.usesOther]
  const rows = sections.map((section) => inUse.table.find(({ name }) => name === shownName(section.name)))
  const unused = sections.filter((_section, index) => rows[index]?.used === false).map(forPeople)
  const unknown = sections.filter((_section, index) => rows[index] === undefined).map(forPeople)
  return [
    ...(unused.length === 0 ? [] : [say.unused(unused.join(', '))]),
    ...(unknown.length === 0 ? [] : [say.notTaken(unknown.join(', '))]),
  ]
}

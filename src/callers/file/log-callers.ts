import type { FastifyBaseLogger } from 'fastify'
import { type CallersFile, everyone, type Section, shownName, waysOf } from '../caller.ts'
import { inUserNamespace } from '../recognise/connection-user.ts'
import { callersFileWords } from './callers-file-words.ts'

/** Logs the callers and how each is recognised, without digests; and warns of restrictions that are not enforced. */
export function logCallers({ path, sections }: CallersFile, log: FastifyBaseLogger): void {
  const callers = sections.map((section) => ({
    name: shownName(section.name),
    ways: waysOf(section),
    profiles: section.restrictions.profiles,
    report: section.restrictions.report,
  }))
  const open = sections.some(({ name }) => name === everyone)
  log.info({ file: path, callers }, open ? 'callers' : 'callers; everyone else is refused')
  logReported(sections, log)
  if (inUserNamespace() && sections.some(({ users }) => users.length > 0)) {
    log.warn(
      { file: path },
      "user lines may know nobody: this process is in a user namespace (PrivateUsers=yes, a rootless container) and does not see this machine's users",
    )
  }
}

/** For people: the callers whose restrictions are only logged. */
export function notEnforced(sections: readonly Section[]): string[] {
  const reported = sections.filter(({ restrictions }) => restrictions.report)
  const names = reported.map(({ name }) => (name === everyone ? callersFileWords().everyoneElse : name))
  return names.length === 0 ? [] : [callersFileWords().notEnforced(names)]
}

export function logReported(sections: readonly Section[], log: FastifyBaseLogger): void {
  for (const section of sections) {
    if (!section.restrictions.report) continue
    log.warn(
      { caller: shownName(section.name) },
      'the restrictions of this caller are only logged and not enforced (report = true)',
    )
  }
}

import { words } from '../words/language.ts'

export const probeWords = words('probeWords', {
  off: 'SIDECAR_ADMIN_LISTEN is off: there is nothing to ask. Give the sidecar and this command the same address.',
  anyPort: 'SIDECAR_ADMIN_LISTEN has port 0, which is any free port: give the sidecar and this command a fixed one.',
  /** What is known instead of an answer. */
  noAnswer: (why: string) => `no sidecar answers: ${why}`,
  silent: 'it is silent',
  brokeOff: 'it broke off its answer',
  noHttp: 'what answers does not speak HTTP',
  refused: 'the connection is refused',
  noFile: 'there is no such socket file',
  noRight: 'the socket file may not be used by this user',
  closed: 'it closed the connection',
})

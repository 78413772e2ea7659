import { words } from '../../words/language.ts'

/** Headings and phrases of the page as text. */
export const textWords = words('textWords', {
  marks: { good: 'OK', warning: 'ATTENTION', bad: 'NOT WORKING' },
  toDo: (remedy: string) => `What to do: ${remedy}`,
  byDefault: (value: string, usual: string) => `${value} (default: ${usual})`,
  access: 'Access token',
  credentials: 'Credentials',
  connection: 'Connection',
  calls: 'Calls',
  openWrites: 'Writes whose outcome is unknown',
  waiting: 'Who waits',
  callers: 'Callers',
  errors: 'What failed',
  noErrors: 'Nothing since the start.',
  recent: 'Last calls',
  notAccepted: '(not accepted)',
  sidecar: 'This sidecar',
  settings: 'Configuration',
})

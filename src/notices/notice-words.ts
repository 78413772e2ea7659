import { words } from '../words/language.ts'

/** All that notices say beside the words of the states. Times and durations come as they are to be written. */
export const noticeWords = words('noticeWords', {
  /** The form of a date (Intl), and how it stands before a time of day and a zone. */
  locale: 'en-GB',
  dateAt: (date: string, time: string, zone: string) => `${date} at ${time} ${zone}`,
  page: (address: string) => `Status page: ${address}`,
  more: (subject: string, others: number) => `${subject} (and ${others} more)`,
  over: (after: string | undefined) => (after === undefined ? 'Over: ' : `Over after ${after}: `),
  still: (after: string) => `Still, after ${after}: `,
  began: (at: string) => `It began on ${at}.`,
  since: (at: string) => `Since ${at}.`,
  /** About the limit of messages a day, on the last one before it. */
  left: {
    none: 'And more may come: this was the last message of today (UTC). The status page says all.',
    'at once':
      'And more may come: until tomorrow (UTC) only refused credentials and writes of unknown outcome are told. The status page says all.',
  },
  test: 'This is a test of catapa-sidecar: nothing is wrong. What goes wrong is told here.',
  nothingToDo: 'Nothing has to be done.',
  instance: (tenant: string, host: string, file: string | undefined) =>
    `${tenant} on ${host}, ${file ?? 'settings of the environment'}`,
  exitStatus: (status: number) => `exit status ${status}`,
})

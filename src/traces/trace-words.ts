import { words } from '../words/language.ts'

/** Why traces do not arrive. */
export const traceWords = words('traceWords', {
  answered: (status: number) => `the collector answered with status ${status}`,
})

import { words } from '../words/language.ts'

/** Why traces do not arrive. */
export const traceWords = words({
  answered: (status: number) => `the collector answered with status ${status}`,
})

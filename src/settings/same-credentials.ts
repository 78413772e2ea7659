import type { Credentials } from './config.ts'

/** Whether two sets of credentials are the same for CATAPA. */
export function areSame(a: Credentials, b: Credentials): boolean {
  return a.tenant === b.tenant && a.clientId === b.clientId && a.clientSecret === b.clientSecret
}

import type { People } from './employees.ts'
import { type Endpoints, json, readJson, springError } from './sandbox-request.ts'

/** What a time clock hands in, each item on its own: one that is refused does not keep the others away. */
export function fingerprints(people: People): Endpoints {
  return {
    'POST /timemanagement/v1/fingerprints': async (call) => {
      const items = await readJson(call)
      if (!Array.isArray(items)) return springError(400, call.path, 'JSON parse error: a list was expected')
      const known = new Set([...people.values()].map(({ identificationNumber }) => identificationNumber))
      const successes: object[] = []
      const failures: object[] = []
      for (const item of items) {
        const identificationNumber = textOf(item, 'identificationNumber')
        const time = textOf(item, 'time')
        const problem = known.has(identificationNumber) ? problemOf(time) : 'No such employee'
        if (problem === undefined) successes.push({ identificationNumber, time, date: time.slice(0, 10) })
        else failures.push({ code: 'FINGERPRINT_NOT_SAVED', message: problem, params: { identificationNumber } })
      }
      return json(200, { successes, failures })
    },
  }
}

/** The form of a time is not in CATAPA's reference; here it is ISO 8601, with or without a zone. */
function problemOf(time: string): string | undefined {
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(time) && !Number.isNaN(Date.parse(time))
  return isTime ? undefined : 'time must be a date and time (YYYY-MM-DDTHH:MM:SS)'
}

function textOf(item: unknown, name: string): string {
  const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, name) : undefined
  return typeof value === 'string' ? value : ''
}

import { employeeCreated, employeeFull } from './employee-views.ts'
import { hired } from './hiring.ts'
import { page } from './pages.ts'
import type { Employee } from './people.ts'
import type { Fields } from './query-filter.ts'
import { type Endpoints, json, readJson, type SandboxAnswer, type SandboxCall, springError } from './sandbox-request.ts'

/** Everybody by id; an inserted one comes last. */
export type People = Map<string, Employee>

const fields: Fields<Employee> = {
  id: (person) => person.id,
  identificationNumber: (person) => person.identificationNumber,
  name: (person) => person.name,
  username: (person) => person.username,
  email: (person) => person.email,
  gender: (person) => person.gender,
  dateOfBirth: (person) => person.dateOfBirth,
  identityCardNumber: (person) => person.identityCardNumber,
  joinDate: (person) => person.joinDate,
  startDate: (person) => person.startDate,
  contractStart: (person) => person.contractStart,
  contractEnd: (person) => person.contractEnd,
  active: (person) => person.active,
  organizationId: (person) => person.organization.id,
  jobTitleId: (person) => person.jobTitle.id,
  jobLevelId: (person) => person.jobLevel.id,
  jobLevel: (person) => person.jobLevel.level,
  positionId: (person) => person.position.id,
  locationId: (person) => person.location.id,
  employmentTypeId: (person) => person.employmentType.id,
  managerId: (person) => person.managerId,
}

/** The list of employees, and changes to it that last as long as the sandbox runs. */
export function employees(people: People): Endpoints {
  return {
    'GET /core/v1/employees': (call) => {
      const managerOf = (person: Employee) => (person.managerId === null ? undefined : people.get(person.managerId))
      return page(
        call,
        [...people.values()],
        fields,
        (person) => employeeFull(person, managerOf(person)),
        'identificationNumber',
      )
    },
    'POST /core/v1/employees': async (call) => {
      const outcome = hired(await readJson(call), people)
      if ('errors' in outcome) return springError(422, call.path, 'Validation failed', { errors: outcome.errors })
      people.set(outcome.person.id, outcome.person)
      return json(201, employeeCreated(outcome.person))
    },
    'DELETE /core/v1/employees': (call) => removeEmployees(call, people),
  }
}

async function removeEmployees(call: SandboxCall, people: People): Promise<SandboxAnswer> {
  const ids = idsIn(await readJson(call))
  // CATAPA's reference doesn't say whom a DELETE without a body means. Here it means nobody.
  if (ids.length === 0) return springError(400, call.path, 'No employee ids in the body')
  const successes: { id: string }[] = []
  const failures: object[] = []
  for (const id of ids) {
    const reason = reasonToKeep(id, people)
    if (reason === undefined) {
      people.delete(id)
      successes.push({ id })
    } else {
      failures.push({ code: 'EMPLOYEE_NOT_DELETED', message: reason, params: { id, reason } })
    }
  }
  return json(200, { successes, failures })
}

function reasonToKeep(id: string, people: People): string | undefined {
  if (!people.has(id)) return 'No such employee'
  const managesSomebody = [...people.values()].some((person) => person.managerId === id)
  return managesSomebody ? 'The employee still manages others' : undefined
}

/** The ids in any of the forms that CATAPA's bulk operations are given: `{id}`, `[{id}]`, `["…"]`, `{ids: […]}`. */
export function idsIn(body: object): string[] {
  const list: unknown[] = Array.isArray(body) ? body : 'ids' in body && Array.isArray(body.ids) ? body.ids : [body]
  const ids = list.map((item) => (typeof item === 'object' && item !== null && 'id' in item ? item.id : item))
  return [...new Set(ids.filter((id) => typeof id === 'string'))]
}

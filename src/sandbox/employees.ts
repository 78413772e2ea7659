import { randomUUID } from 'node:crypto'
import { eachId } from './bulk.ts'
import { page } from './pages.ts'
import { accountOf, type Employee } from './people.ts'
import { jobTitles, locations } from './reference-lists.ts'
import { type Endpoints, json, readJson, springError } from './sandbox-request.ts'

/** Everybody by id; an inserted one comes last. */
export type People = Map<string, Employee>

/** The list of employees, and changes to it that last as long as the sandbox runs. */
export function employees(people: People): Endpoints {
  return {
    'GET /core/v1/employees': (call) => {
      const views = [...people.values()].map((employee) => {
        const manager = people.get(employee.managerId ?? '')
        return { ...employeeShort(employee), manager: manager ? employeeShort(manager) : null }
      })
      return page(call, views, 'identificationNumber')
    },
    'POST /core/v1/employees': async (call) => {
      const outcome = hired(await readJson(call), people)
      if (Array.isArray(outcome)) return springError(422, call.path, 'Validation failed', { errors: outcome })
      people.set(outcome.id, outcome)
      const { email } = accountOf(outcome)
      return json(201, { ...employeeShort(outcome), jobTitle: outcome.jobTitle, location: outcome.location, email })
    },
    'DELETE /core/v1/employees': (call) =>
      eachId(call, 'EMPLOYEE_NOT_DELETED', (id) => {
        const managed = [...people.values()].some(({ managerId }) => managerId === id)
        if (managed) return 'The employee still manages others'
        return people.delete(id) ? undefined : 'No such employee'
      }),
  }
}

/** CATAPA's EmployeeManagerResponse. */
function employeeShort({ id, identificationNumber, name, joinDate, active, location }: Employee) {
  return { id, identificationNumber, name, joinDate, startDate: joinDate, active, pointOfHire: location, photo: null }
}

type FieldError = { field: string; message: string; rejectedValue: unknown }

/** The new employee that an EmployeeRequest describes, or everything that is wrong with what has to be in one. */
function hired(request: object, people: People): Employee | FieldError[] {
  const errors: FieldError[] = []
  function required(field: string, check: (value: string) => string | undefined = () => undefined): string {
    const value: unknown = Reflect.get(request, field)
    const isText = typeof value === 'string' && value.trim() !== ''
    const message = isText ? check(value) : 'must not be blank'
    if (message !== undefined) errors.push({ field, message, rejectedValue: value ?? null })
    return isText ? value : ''
  }
  const taken = new Set([...people.values()].map(({ identificationNumber }) => identificationNumber))
  const employee = {
    id: randomUUID(),
    identificationNumber: required('identificationNumber', (value) =>
      taken.has(value) ? 'is already taken' : undefined,
    ),
    name: required('name'),
    joinDate: required('joinDate', notADate),
    active: true,
    location: locations[0],
    jobTitle: jobTitles.at(-1),
    managerId: null,
  }
  return errors.length > 0 ? errors : employee
}

/** Undefined for a date of the calendar. */
export function notADate(value: string): string | undefined {
  // `Date` runs over the ends of months: 30 February would be 2 March, so the way back tells.
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${value}T`)
    ? undefined
    : 'must be a date (YYYY-MM-DD)'
}

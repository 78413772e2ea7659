import { randomUUID } from 'node:crypto'
import {
  cities,
  employmentTypes,
  jobLevels,
  jobTitles,
  locations,
  organizations,
  permanent,
  positions,
  ranks,
  religions,
} from './company.ts'
import type { Employee } from './people.ts'

type FieldError = { field: string; message: string; rejectedValue: unknown }

/** The new employee that an EmployeeRequest describes, or everything that is wrong with it. */
export function hired(
  body: object,
  people: ReadonlyMap<string, Employee>,
): { person: Employee } | { errors: FieldError[] } {
  const request: Readonly<Record<string, unknown>> = { ...body }
  const errors: FieldError[] = []

  function complain(field: string, message: string): void {
    errors.push({ field, message, rejectedValue: request[field] ?? null })
  }
  function text(field: string, check?: (value: string) => string | undefined): string | undefined {
    const value = request[field] ?? undefined
    if (value === undefined) return undefined
    const problem = typeof value !== 'string' ? 'must be a string' : check?.(value)
    if (problem !== undefined) complain(field, problem)
    return typeof value === 'string' ? value : undefined
  }
  function required(field: string, check?: (value: string) => string | undefined): string {
    const value = text(field, check)
    if (value === undefined || value.trim() === '') complain(field, 'must not be blank')
    return value ?? ''
  }
  function chosen<Row extends { id: string }>(field: string, rows: readonly Row[], otherwise: Row): Row {
    const id = text(field)
    const row = rows.find((candidate) => candidate.id === id)
    if (id !== undefined && !row) complain(field, 'does not exist')
    return row ?? otherwise
  }

  const name = required('name')
  const joinDate = required('joinDate', notADate)
  const startDate = text('startDate', notADate) ?? joinDate
  const contractStart = text('contractStart', notADate) ?? null
  const contractEnd = text('contractEnd', notADate) ?? null
  if (contractStart !== null && contractStart < joinDate) complain('contractStart', 'must not be before joinDate')
  if (contractEnd !== null && contractEnd < (contractStart ?? joinDate))
    complain('contractEnd', 'must not be before contractStart')

  const taken = new Set([...people.values()].map((other) => other.identificationNumber))
  const id = randomUUID()
  const person: Employee = {
    id,
    identificationNumber: required('identificationNumber', (value) =>
      taken.has(value) ? 'is already taken' : undefined,
    ),
    name,
    username: text('username') ?? id,
    email:
      text('email', (value) => (/^[^@\s]+@[^@\s]+$/.test(value) ? undefined : 'must be an e-mail address')) ??
      `${id}@example.co.id`,
    gender: text('gender', among('MALE', 'FEMALE')) === 'FEMALE' ? 'FEMALE' : 'MALE',
    dateOfBirth: text('dateOfBirth', notADate) ?? '1990-01-01',
    placeOfBirth: chosen('placeOfBirthId', cities, cities[0]),
    religion: chosen('religionId', religions, religions[0]),
    maritalStatus: text('maritalStatus', among('SINGLE', 'MARRIED')) === 'MARRIED' ? 'MARRIED' : 'SINGLE',
    identityCardNumber: text('identityCardNumber') ?? '9999990000000000',
    joinDate,
    startDate,
    contractStart,
    contractEnd,
    employmentStatusNumber: text('employmentStatusNumber') ?? '',
    active: true,
    organization: chosen('organizationId', organizations, firstOf(organizations)),
    jobTitle: chosen('jobTitleId', jobTitles, firstOf(jobTitles)),
    position: chosen('positionId', positions, firstOf(positions)),
    jobLevel: chosen('jobLevelId', jobLevels, ranks.staff),
    location: chosen('locationId', locations, locations[0]),
    employmentType: chosen('employmentTypeId', employmentTypes, permanent),
    managerId: null,
  }
  return errors.length > 0 ? { errors } : { person }
}

function firstOf<Row>(rows: readonly Row[]): Row {
  const [first] = rows
  if (first === undefined) throw new Error('the invented company lacks something')
  return first
}

/** Undefined for a date of the calendar. */
export function notADate(value: string): string | undefined {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(value) && isoDay(value) === value
  return isDate ? undefined : 'must be a date (YYYY-MM-DD)'
}

function isoDay(value: string): string | undefined {
  // `Date` runs over the ends of months: 30 February would be 2 March, so the way back tells.
  const at = new Date(`${value}T00:00:00Z`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().slice(0, 10)
}

function among(...allowed: readonly string[]): (value: string) => string | undefined {
  return (value) => (allowed.includes(value) ? undefined : `must be one of ${allowed.join(', ')}`)
}

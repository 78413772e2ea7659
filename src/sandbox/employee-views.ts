import type { Employee } from './people.ts'

/** CATAPA's EmployeeFullResponse: with the manager, but not the manager's. */
export function employeeFull(person: Employee, manager: Employee | undefined) {
  return { ...employeeShort(person), manager: manager ? employeeShort(manager) : null }
}

/** CATAPA's EmployeeManagerResponse. */
function employeeShort(person: Employee) {
  const { id, identificationNumber, name, joinDate, startDate, active, location } = person
  return { id, identificationNumber, name, joinDate, startDate, active, pointOfHire: location, photo: null }
}

/** CATAPA's EmployeeCreateResponse. */
export function employeeCreated(person: Employee) {
  return {
    id: person.id,
    maritalStatus: person.maritalStatus,
    religion: person.religion,
    foreignLabour: false,
    citizenship: person.placeOfBirth.state.country,
    identificationNumber: person.identificationNumber,
    name: person.name,
    dateOfBirth: person.dateOfBirth,
    placeOfBirth: person.placeOfBirth,
    joinDate: person.joinDate,
    startDate: person.startDate,
    gender: person.gender,
    pointOfHire: person.location,
    employmentStatusNumber: person.employmentStatusNumber,
    organization: person.organization,
    jobTitle: person.jobTitle,
    jobLevel: person.jobLevel,
    location: person.location,
    employmentType: person.employmentType,
    contractStart: person.contractStart,
    contractEnd: person.contractEnd,
    identityCardNumber: person.identityCardNumber,
    // Since 2014 Indonesian identity cards do not expire.
    identityCardExpiredDate: null,
    email: person.email,
  }
}

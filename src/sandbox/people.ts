import {
  type City,
  cities,
  contract,
  departments,
  type EmploymentType,
  type JobLevel,
  jobOf,
  type Location,
  locations,
  type Organization,
  permanent,
  type Rank,
  type Religion,
  ranks,
  religions,
  topOrganization,
} from './company.ts'
import { type Chance, chance, date, uuid } from './invention.ts'

/** Somebody who works for the invented company. */
export type Employee = Readonly<{
  id: string
  identificationNumber: string
  name: string
  username: string
  email: string
  gender: 'MALE' | 'FEMALE'
  dateOfBirth: string
  placeOfBirth: City
  religion: Religion
  maritalStatus: 'SINGLE' | 'MARRIED'
  identityCardNumber: string
  joinDate: string
  startDate: string
  contractStart: string | null
  contractEnd: string | null
  employmentStatusNumber: string
  active: boolean
  organization: Organization
  jobTitle: ReturnType<typeof jobOf>['jobTitle']
  position: ReturnType<typeof jobOf>['position']
  jobLevel: JobLevel
  location: Location
  employmentType: EmploymentType
  managerId: string | null
}>

const women = 'Ayu Dewi Sari Rini Wulan Kartika Indah Lestari Nur’aini Maya Fitri Ratna Yuni Citra Anisa Mega'.split(
  ' ',
)
const men = 'Budi Agus Eko Rizky Dimas Bagus Yoga Andréas Hendra Fajar Arif Joko Surya Wahyu Teguh Galih'.split(' ')
// Family names that look right and that nobody has: they are made of the words for example, fiction and perhaps.
const families = (
  'Contohadi Rekawati Umpamanto Misalnawan Fiktiono Andaikusuma Samarandi Karangwijaya Semisalputra Contohsari ' +
  'Rekaprana Umpamasari Khayalman Anganningrum Seumpama Fiktiwidodo Rekanegara Misalwati'
).split(' ')

/** The people of the company, superiors first: whoever manages somebody comes before them, so there are no circles. */
export function inventPeople(): Employee[] {
  const luck = chance(20_240_817)
  const taken = new Set<string>()
  const people: Employee[] = []

  function hire(rank: Rank, organization: Organization, manager: Employee | undefined): Employee {
    const person = invent(luck, { number: people.length + 1, rank, organization, manager, taken })
    people.push(person)
    return person
  }

  const president = hire('president', topOrganization, undefined)
  const directors = [0, 1].map(() => hire('director', topOrganization, president))
  for (const [at, organization] of departments.entries()) {
    const manager = hire('manager', organization, directors[at % directors.length])
    for (let team = 0; team < 2; team += 1) {
      const supervisor = hire('supervisor', organization, manager)
      const size = luck.whole(4, 7)
      for (let member = 0; member < size; member += 1) hire(member === 0 ? 'senior' : 'staff', organization, supervisor)
    }
  }
  return people
}

type Opening = {
  number: number
  rank: Rank
  organization: Organization
  manager: Employee | undefined
  taken: Set<string>
}

function invent(luck: Chance, { number, rank, organization, manager, taken }: Opening): Employee {
  const gender = luck.pick(['MALE', 'FEMALE'])
  const name = unusedName(luck, gender, taken)
  const ascii = name.normalize('NFD').replace(/[^A-Za-z ]/g, '')
  const username = ascii.toLowerCase().replaceAll(' ', '.')
  const seniority = ranks[rank].level
  const joinYear = luck.whole(2008, 2025 - seniority)
  const joinDate = date(joinYear, luck.whole(1, 12), luck.whole(1, 28))
  const isContract = seniority === 1 && joinYear >= 2023
  const contractStart = isContract ? joinDate : null
  const contractEnd = contractStart === null ? null : monthsAfter(contractStart, contract.monthDuration)
  const padded = String(number).padStart(4, '0')
  return {
    id: uuid(`employee ${number}`),
    identificationNumber: `CNS${padded}`,
    name,
    username,
    email: `${username}@example.co.id`,
    gender,
    dateOfBirth: date(
      joinYear - luck.whole(20 + 3 * seniority, 26 + 3 * seniority),
      luck.whole(1, 12),
      luck.whole(1, 28),
    ),
    placeOfBirth: luck.pick(cities),
    religion: luck.pick(religions),
    maritalStatus: luck.pick(['SINGLE', 'MARRIED']),
    // No province has the code 99, so this is nobody's NIK.
    identityCardNumber: `999999000000${padded}`,
    joinDate,
    startDate: joinDate,
    contractStart,
    contractEnd,
    employmentStatusNumber: `SK/${joinYear}/${padded}`,
    active: contractEnd === null || contractEnd > '2026-01-01',
    organization,
    ...jobOf(rank, organization),
    jobLevel: ranks[rank],
    location: seniority >= 4 ? locations[0] : luck.pick(locations),
    employmentType: isContract ? contract : permanent,
    managerId: manager?.id ?? null,
  }
}

function unusedName(luck: Chance, gender: 'MALE' | 'FEMALE', taken: Set<string>): string {
  const given = gender === 'FEMALE' ? women : men
  for (;;) {
    const name = `${given[luck.whole(0, given.length - 1)]} ${families[luck.whole(0, families.length - 1)]}`
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}

function monthsAfter(start: string, months: number): string {
  const [year = 0, month = 0, day = 0] = start.split('-').map(Number)
  // A contract of 24 months ends on the day before.
  return date(year, month + months, day - 1)
}

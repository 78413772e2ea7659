import { jobTitles, locations, type Row, uuid } from './reference-lists.ts'

/** Somebody who works for the invented company. */
export type Employee = Readonly<{
  id: string
  identificationNumber: string
  name: string
  joinDate: string
  active: boolean
  location: Row | undefined
  jobTitle: Row | undefined
  managerId: string | null
}>

// Family names that look right and that nobody has: they are made of the words for example, fiction and perhaps.
const families = [
  ...['Contohadi', 'Umpamasari', 'Fiktiono', 'Rekawati', 'Misalnawan', 'Andaikusuma'],
  ...['Samarandi', 'Khayalman', 'Seumpama', 'Rekanegara', 'Fiktiwidodo', 'Contohsari', 'Rekaprana'],
]
// 11 of these and 13 of those: no two of the first 143 have one name.
const given = ['Maya', 'Eko', 'Dimas', 'Ayu', 'Andréas', 'Nur’aini', 'Budi', 'Dewi', 'Rizky', 'Sari', 'Fajar']

/** The people of the company, the same in every run. Superiors come first, so there are no circles. */
export function inventPeople(): Employee[] {
  return Array.from({ length: 137 }, (_, at) => {
    const rank = at === 0 ? 0 : at <= 10 ? 1 : 2
    return {
      id: employeeId(at),
      identificationNumber: `CNS${String(at + 1).padStart(4, '0')}`,
      name: `${given[at % given.length]} ${families[at % families.length]}`,
      joinDate: new Date(Date.UTC(2008 + (at % 17), at % 12, 1 + (at % 28))).toISOString().slice(0, 10),
      active: at % 12 !== 11,
      location: locations[at % locations.length],
      jobTitle: jobTitles[rank],
      managerId: at === 0 ? null : employeeId(Math.floor((at - 1) / 10)),
    }
  })
}

/** What somebody logs in with. */
export function accountOf({ name }: Employee): { username: string; email: string } {
  const username = name
    .normalize('NFD')
    .replace(/[^A-Za-z ]/g, '')
    .toLowerCase()
    .replaceAll(' ', '.')
  return { username, email: `${username}@example.co.id` }
}

function employeeId(at: number): string {
  return uuid(`employee ${at + 1}`)
}

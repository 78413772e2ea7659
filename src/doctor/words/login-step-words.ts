import { words } from '../../words/language.ts'

/** A person's login. `since` is a day. */
type Person = { name: string | undefined; since: string | undefined }
const whose = ({ name, since }: Person) =>
  `${name ?? 'a person whose name is not known'}, logged in ${since ?? 'some time ago'}`

export const loginStepWords = words('loginStepWords', {
  usedByRunning: (person: Person) => `the running sidecar uses that of ${whose(person)}`,
  inFile: (path: string, person: Person) => `${path} is that of ${whose(person)}`,
})

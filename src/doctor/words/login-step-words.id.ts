import { learn } from '../../words/language.ts'
import type { loginStepWords } from './login-step-words.ts'

type Person = Parameters<ReturnType<typeof loginStepWords>['usedByRunning']>[0]
const whose = ({ name, since }: Person) =>
  `milik ${name ?? 'seseorang yang namanya tidak diketahui'}, yang masuk ${since === undefined ? 'beberapa waktu lalu' : `pada ${since}`}`

learn<typeof loginStepWords>('loginStepWords', {
  usedByRunning: (person) => `sidecar yang berjalan memakai login ${whose(person)}`,
  inFile: (path, person) => `${path} adalah login ${whose(person)}`,
})

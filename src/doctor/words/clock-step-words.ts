import { words } from '../../words/language.ts'

export const clockStepWords = words('clockStepWords', {
  noDate: 'cannot be told: the answer has no Date',
  noAnswer: (host: string, because: string) => `${host} gave no HTTP answer: ${because}`,
  check: 'Check that CATAPA_BASE_URL is the address of CATAPA, and whether CATAPA is up: open it in a browser.',
  same: 'the same time as at CATAPA',
  ahead: (seconds: number) => `${seconds} s ahead of CATAPA`,
  behind: (seconds: number) => `${seconds} s behind CATAPA`,
})

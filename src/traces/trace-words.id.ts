import { learn } from '../words/language.ts'
import type { traceWords } from './trace-words.ts'

learn<typeof traceWords>('traceWords', {
  answered: (status) => `collector merespons dengan status ${status}`,
})

import { traceWords } from './trace-words.ts'

traceWords.learn({
  answered: (status) => `collector merespons dengan status ${status}`,
})

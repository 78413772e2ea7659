import type { didYouMeanWords } from './did-you-mean-words.ts'
import { learn } from './language.ts'

learn<typeof didYouMeanWords>('didYouMeanWords', {
  meant: (word) => `; apakah maksudnya ${word}?`,
})

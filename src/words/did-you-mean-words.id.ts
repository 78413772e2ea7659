import { didYouMeanWords } from './did-you-mean-words.ts'

didYouMeanWords.learn({
  meant: (word) => `; apakah maksudnya ${word}?`,
})

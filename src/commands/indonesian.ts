// All words in Bahasa Indonesia: loaded only where somebody wants them.
import '../problems/phrases/answer-words.id.ts'

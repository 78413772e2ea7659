import { words } from '../../words/language.ts'

/** What the `detail` of an answer adds to the phrase of its cause. */
export const answerWords = words('answerWords', {
  checkFirst: 'CATAPA may have acted on this request: check there before sending it again.',
  onlyRefused: 'CATAPA had answered this request with a 401, and did nothing of it.',
})

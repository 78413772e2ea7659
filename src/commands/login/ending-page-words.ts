import { words } from '../../words/language.ts'

/** The pages that the browser ends on. */
export const endingPageWords = words('endingPageWords', {
  done: {
    title: 'You are logged in',
    sentences: [
      'You can close this window. The terminal shows the person, and the next step.',
      'Programs that call a sidecar with this login act in CATAPA as you.',
    ],
  },
  unconfirmed: {
    title: 'You are logged in: now back to the terminal',
    sentences: [
      'It asks whether you are the right person. Nothing is stored until that is answered there.',
      'You can close this window.',
    ],
  },
  failed: {
    title: 'The login did not work',
    sentences: ['Nothing has changed. You can close this window: the terminal says what went wrong and what to do.'],
  },
  notTheAnswer: {
    title: 'This is not the answer that the login waits for',
    sentences: [
      'Nothing has changed, and the login goes on.',
      'Open the address that the terminal shows; an older window or a bookmark does not work.',
    ],
  },
  tooLate: {
    title: 'This login has had its answer',
    sentences: ['Nothing has changed by this second one. The terminal says how the login ended.'],
  },
  footer: 'catapa-sidecar, on this machine',
})

import { learn } from '../../words/language.ts'
import type { noticesStepWords } from './notices-step-words.ts'

learn<typeof noticesStepWords>('noticesStepWords', {
  tells: (receivers) => `memberi tahu ${receivers}; catapa-sidecar notify test mengirim pesan percobaan`,
})

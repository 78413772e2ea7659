import { noticesStepWords } from './notices-step-words.ts'

noticesStepWords.learn({
  tells: (receivers) => `memberi tahu ${receivers}; catapa-sidecar notify test mengirim pesan percobaan`,
})

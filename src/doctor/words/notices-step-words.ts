import { words } from '../../words/language.ts'

export const noticesStepWords = words('noticesStepWords', {
  tells: (receivers: string) => `tells ${receivers}; catapa-sidecar notify test sends a message`,
})

import { words } from '../words/language.ts'

export const notifyTestWords = words('notifyTestWords', {
  takesNone: 'test takes no more words',
  nobody: 'SIDECAR_NOTIFY_URL is not set: there is nobody to tell',
  took: (receiver: string) => `${receiver}: took it\n`,
})

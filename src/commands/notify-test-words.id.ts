import { learn } from '../words/language.ts'
import type { notifyTestWords } from './notify-test-words.ts'

learn<typeof notifyTestWords>('notifyTestWords', {
  takesNone: 'test tidak menerima kata lain',
  nobody: 'SIDECAR_NOTIFY_URL tidak diisi: tidak ada orang yang diberi tahu',
  took: (receiver) => `${receiver}: diterima\n`,
})

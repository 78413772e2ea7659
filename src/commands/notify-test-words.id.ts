import { notifyTestWords } from './notify-test-words.ts'

notifyTestWords.learn({
  takesNone: 'test tidak menerima kata lain',
  nobody: 'SIDECAR_NOTIFY_URL tidak diisi: tidak ada orang yang diberi tahu',
  took: (receiver) => `${receiver}: diterima\n`,
})

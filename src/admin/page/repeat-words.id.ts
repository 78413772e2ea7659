import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { repeatWords } from './repeat-words.ts'

learn<typeof repeatWords>('repeatWords', {
  summary: (writes, shown) =>
    `${count(writes)} operasi tulis. Operasi tulis yang sama ditolak jika dikirim lagi, sampai dilepaskan atau waktunya habis (SIDECAR_REPEAT_WINDOW).${writes > shown ? ` Yang ditampilkan: ${count(shown)} pertama.` : ''}`,
  source: (seq, caller, requestId) => `no. ${seq}, oleh ${caller}, request ${requestId}`,
  done: (status) => `sudah dijalankan (${status ?? 'tanpa status'}), dan responsnya hilang`,
  unknown: (status) => (status === undefined ? 'tidak diketahui' : `tidak diketahui: respons CATAPA ${status}`),
})

import { learn } from '../../words/language.ts'
import type { validateStepWords } from './validate-step-words.ts'

const way = { direct: '', through: ' melalui sidecar yang berjalan', of: ' milik sidecar yang berjalan' }

learn<typeof validateStepWords>('validateStepWords', {
  accepts: (by) => `CATAPA menerima token${way[by]}`,
  noAnswer: (because) => `CATAPA tidak merespons: ${because}`,
  tryAgain: 'Coba lagi; jika gagal lagi, CATAPA mungkin sedang tidak aktif.',
  rejects: (by) => `CATAPA menolak token yang diterbitkannya sendiri${way[by]} (status 401)`,
  checkTenant:
    'Pastikan CATAPA_TENANT adalah tenant dari client ini, dan CATAPA_BASE_URL serta CATAPA_TOKEN_URL milik CATAPA yang sama.',
  forbids: (by) => `CATAPA melarang panggilan ini${way[by]} (status 403)`,
  checkRights: 'Di CATAPA, periksa izin client ini (Setup > OAuth 2.0 Clients).',
  answered: (status, by) => `CATAPA merespons dengan status ${status}${way[by]}`,
  trouble: 'CATAPA sendiri sedang bermasalah: coba lagi nanti.',
  checkUrl: 'Pastikan CATAPA_BASE_URL adalah alamat API CATAPA.',
  runningSilent: 'sidecar yang berjalan tidak merespons di listener datanya',
  restart: 'Lihat lognya, atau mulai ulang sidecar itu. Dengan --new-token sidecar itu dilewati.',
  runningRefused: (code) => `sidecar yang berjalan merespons dengan ${code ?? 'kesalahan'}`,
  itsLog:
    'Lognya menjelaskan lebih banyak, dan docs/errors.md memuat daftar kode ini. Dengan --new-token sidecar itu dilewati.',
  runningUnsure: 'sidecar yang berjalan tidak menyatakan bahwa CATAPA menerima tokennya',
  askDeep: 'GET /readyz?deep=1 di listener adminnya menjelaskan sebabnya. Dengan --new-token sidecar itu dilewati.',
})

import { learn } from '../words/language.ts'
import type { commandFailureWords } from './command-failure-words.ts'

learn<typeof commandFailureWords>('commandFailureWords', {
  internal: (what) => `catapa-sidecar: kesalahan internal; harap laporkan:\n${what}`,
  configuration: (lines) => `catapa-sidecar tidak dapat dijalankan dengan konfigurasi ini:\n${lines}\n`,
  credentials: `
Client ID dan client secret didapat dari CATAPA: Setup > OAuth 2.0 Clients > Add, grant type "client credentials".
Isikan ke sebuah file seperti config.example.env lalu jalankan: catapa-sidecar start --config FILE
Untuk mencoba sidecar tanpa kredensial: catapa-sidecar demo`,
  notPermitted: (address) => `catapa-sidecar: tidak diizinkan mendengarkan di ${address}.
Port di bawah 1024 dan folder pengguna lain memerlukan hak akses; pilih alamat lain, misalnya SIDECAR_LISTEN=localhost:8228.`,
  notListening: (address, code) => `catapa-sidecar: tidak dapat mendengarkan di ${address} (${code}).
Pilih alamat di mesin ini, misalnya SIDECAR_LISTEN=localhost:8228.`,
  trailTaken: (folder) => `catapa-sidecar: proses lain sedang menulis jejak audit di ${folder}, mungkin sidecar lain.
Hentikan proses itu, atau beri sidecar ini SIDECAR_AUDIT_DIR sendiri: satu jejak hanya punya satu penulis.`,
})

import { learn } from '../words/language.ts'
import type { crossCheckWords } from './cross-check-words.ts'

learn<typeof crossCheckWords>('crossCheckWords', {
  sameAsListen: 'harus berupa alamat selain SIDECAR_LISTEN',
  trustTls:
    'harus bernilai true jika SIDECAR_LISTEN memuat alamat tls: yang bukan loopback dan file pemanggil tidak ada: setiap program yang dapat terhubung bertindak sebagai klien Anda',
  trust:
    'harus bernilai true jika SIDECAR_LISTEN bukan loopback dan bukan file socket: setiap program yang dapat terhubung bertindak sebagai klien Anda',
  neededForTls: 'diperlukan untuk alamat tls:',
  idle: (name) =>
    `${name} tidak berpengaruh: tidak ada alamat di SIDECAR_LISTEN atau di file pemanggil yang diawali tls:`,
  keyAlone: 'tidak berpengaruh tanpa SIDECAR_AUDIT_DIR: isi juga pengaturan itu, atau hapus pengaturan ini',
  keyWithTrail: 'harus berada di luar SIDECAR_AUDIT_DIR: salinan jejak audit akan memuat kuncinya',
  guardNeedsTrail:
    'guard memerlukan SIDECAR_AUDIT_DIR dan SIDECAR_AUDIT_KEY_FILE: operasi tulis yang sudah dikirim dikenali dari barisnya di jejak audit',
  guardWhileOpen:
    'guard memerlukan SIDECAR_AUDIT_ON_FAILURE selain open: operasi tulis tidak boleh dikirim tanpa barisnya di jejak audit',
  unencryptedCredentials:
    'harus diawali https://, karena kredensial akan dikirim tanpa enkripsi; CATAPA_ALLOW_HTTP=true mengizinkan http://',
  unencryptedKey:
    'harus diawali https://, karena kuncinya akan dikirim tanpa enkripsi; CATAPA_ALLOW_HTTP=true mengizinkan http://',
  ofPerson: 'tidak boleh diisi bersama CATAPA_GRANT=authorization_code: token milik seseorang tidak dipakai bersama',
  callsItself: 'tidak boleh berupa salah satu listener milik sidecar: sidecar akan memanggil dirinya sendiri',
  tellsNobody: 'tidak boleh berupa salah satu listener milik sidecar: tidak ada pihak lain yang akan diberi tahu',
  colon:
    'tidak boleh memuat titik dua, yang mengakhiri id dalam autentikasi Basic; CATAPA_CLIENT_AUTH=client_secret_basic_encoded atau client_secret_post dapat mengirimnya',
  verified:
    'NODE_TLS_REJECT_UNAUTHORIZED diabaikan: sertifikat selalu diperiksa. CATAPA_CA_FILE menambahkan CA yang dipercaya.',
  unencryptedStore:
    'SIDECAR_CACHE_URL adalah redis:// ke mesin lain: kata sandinya melewati jaringan tanpa enkripsi. Token tetap dienkripsi; rediss:// mengenkripsi semuanya.',
})

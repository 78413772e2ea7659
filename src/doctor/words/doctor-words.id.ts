import { learn } from '../../words/language.ts'
import type { doctorWords } from './doctor-words.ts'

learn<typeof doctorWords>('doctorWords', {
  doing: {
    configuration: 'membaca pengaturan',
    'secret-file': 'memeriksa secret',
    callers: 'memeriksa file pemanggil',
    audit: 'memeriksa folder jejak audit',
    repeats: 'mencari operasi tulis yang hasilnya tidak diketahui',
    certificate: 'memeriksa sertifikat untuk alamat tls:',
    'secret-command': 'menjalankan perintah secret',
    login: 'memeriksa login',
    store: 'menghubungi penyimpanan token bersama',
    notices: 'memeriksa penerima pemberitahuan',
    dns: 'mencari alamat dari nama host',
    tcp: 'membuka koneksi',
    proxy: 'menghubungi proxy keluar',
    tls: 'memeriksa sertifikat',
    clock: 'membandingkan jam dengan CATAPA',
    token: 'meminta token',
    'validate-access-token': 'memanggil CATAPA dengan token itu',
    listener: 'memeriksa apakah alamat masih bebas',
  },
  allIsWell: 'Semuanya baik.',
  beginWith: (step) => `Ada masalah. Mulailah dari ✗ yang pertama: ${step}.`,
  notTried: (failed) => `tidak dicoba, karena ${failed} gagal`,
  checkFailed: (error) => `pemeriksaan ini sendiri gagal (${error})`,
  reportIt: 'Laporkan kesalahan ini, sertakan semua baris ini.',
  note: (sentence) => `Catatan: ${sentence}`,
  mode: (octal) => `hak akses ${octal}`,
  runningSays: (sentence) => `sidecar yang berjalan menyatakan: ${sentence}`,
  ifItIsYours:
    'Jika Anda yakin bahwa itu sidecar Anda, ikuti sarannya, sebagai penggunanya: setiap pengguna mesin ini dapat menjawab di sana. Dengan --new-token sidecar itu dilewati.',
})

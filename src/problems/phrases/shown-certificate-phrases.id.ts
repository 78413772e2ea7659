import { learn } from '../../words/language.ts'
import type { shownCertificateWords } from './shown-certificate-phrases.ts'

learn<typeof shownCertificateWords>('shownCertificateWords', {
  flaws: {
    none: [
      'Listener ini hanya melayani program yang menunjukkan sertifikat pemanggilnya, dan tidak ada sertifikat yang datang',
      'Buat program menunjukkan sertifikatnya, atau hapus baris certificate dari bagian untuk listener ini',
    ],
    nobodys: [
      'Sidecar tidak mengenal siapa pun dari sertifikat yang datang',
      'Request ini memang semestinya ditolak, kecuali program pemanggil itu seharusnya boleh memanggil: jika demikian, tambahkan baris untuk sertifikat itu ke salah satu bagian; baris itu dicetak oleh "catapa-sidecar certificate FILE.pem"',
    ],
    untrusted: [
      'Sertifikat yang datang tidak dijamin oleh CA yang dipercaya sidecar',
      'Buat program menunjukkan sertifikat dari CA di SIDECAR_TLS_CLIENT_CA_FILE, dengan seluruh rantai sampai CA itu, atau tambahkan pin ke bagiannya; pin dicetak oleh "catapa-sidecar certificate FILE.pem"',
    ],
    expired: [
      'Sertifikat yang datang, atau salah satu sertifikat yang menjaminnya, sudah kedaluwarsa',
      'Berikan sertifikat baru kepada program. Jika tanggal di sertifikat itu benar, setel jam mesin ini',
    ],
    not_yet: [
      'Sertifikat yang datang, atau salah satu sertifikat yang menjaminnya, belum berlaku',
      'Setel jam mesin ini, atau jam mesin tempat sertifikat itu dibuat',
    ],
    purpose: [
      'Sertifikat yang datang, atau salah satu sertifikat yang menjaminnya, tidak dibuat untuk program yang memanggil (clientAuth)',
      'Berikan kepada program sertifikat dengan clientAuth di antara extended key usage-nya, atau tambahkan pin ke bagiannya',
    ],
    of_ca: [
      'Sertifikat yang datang adalah sertifikat CA, yang tidak menyebutkan program',
      'Berikan kepada program sertifikat miliknya sendiri (CA:FALSE), atau tambahkan pin ke bagiannya',
    ],
    odd_names: [
      'Nama di sertifikat yang datang dapat dibaca dengan lebih dari satu cara',
      'Berikan kepada program sertifikat dengan nama biasa berjenis DNS atau URI, atau tambahkan pin ke bagiannya',
    ],
    weak_key: [
      'Sertifikat yang datang memiliki kunci RSA dengan kurang dari 2048 bit',
      'Berikan kepada program sertifikat dengan kunci yang lebih panjang, atau dengan kunci elliptic curve',
    ],
    ca_replaced: [
      'CA yang menjamin sertifikat itu sudah diganti sejak koneksi dimulai',
      'Tidak ada yang perlu dilakukan: koneksi ini ditutup, dan koneksi berikutnya dinilai menurut CA yang baru',
    ],
    resumed: [
      'Koneksi ini melanjutkan koneksi sebelumnya (sesi TLS), dan sertifikatnya dinilai di koneksi sebelumnya itu',
      'Buat program memulai sesi baru untuk setiap koneksi',
    ],
  },
  pin: (pin) => `pin-nya diawali ${pin}`,
  verdict: (verdict) => `menurut OpenSSL: ${verdict}`,
})

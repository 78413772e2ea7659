import { learn } from '../../words/language.ts'
import type { tableWords } from './table-words.ts'

learn<typeof tableWords>('tableWords', {
  keepsTrying: 'sidecar terus mencoba',
  tryAgain: 'coba lagi setelah beberapa saat',
  putCa: 'Jika proxy perusahaan Anda memeriksa isi TLS, masukkan CA-nya ke CATAPA_CA_FILE.',
  machineAdvice: {
    file_handles:
      'Terlalu banyak file terbuka: naikkan "ulimit -n" untuk sidecar (systemd: LimitNOFILE), atau batas seluruh mesin.',
    local_ports:
      'Cari program yang memiliki begitu banyak koneksi ("ss -tanp"), atau perlebar net.ipv4.ip_local_port_range. Untuk alamat IPv6, mesin ini memerlukan alamat IPv6 sendiri.',
  },
})

import { learn } from '../words/language.ts'
import type { addressWords } from './address-words.ts'

learn<typeof addressWords>('addressWords', {
  flawed: (number, flaw) => `${number === undefined ? 'alamat' : `alamat ${number}`} ${flaw}`,
  shouldBeAddress:
    'harus berupa localhost:port, IPv4:port, [IPv6]:port, salah satu dari ketiganya setelah tls:, atau unix:/path.sock,mode=0660',
  controlCharacters: 'tidak boleh memuat karakter kontrol',
  url: 'tidak boleh berupa URL: hapus skemanya',
  portAlone: 'harus menyebutkan host, bukan hanya port: tulis localhost:port',
  comma: 'harus diikuti spasi, bukan koma',
  port: 'harus mempunyai port dari 0 sampai 65535',
  ipv6InBrackets: 'harus mempunyai alamat IPv6 di dalam [ ]',
  ipv6WithoutBrackets: 'harus menuliskan alamat IPv6 di dalam [ ]',
  star: 'tidak boleh memakai *: tulis 0.0.0.0 untuk semua alamat IPv4, [::] untuk semua alamat IPv6',
  socketForm: 'dari file socket harus berupa unix:/path.sock atau unix:/path.sock,mode=0660',
  socketPath: 'dari file socket harus mempunyai path absolut',
  socketPathLength: (bytes) => `dari file socket harus mempunyai path paling panjang ${bytes} byte`,
  socketMode: 'dari file socket harus mempunyai hak akses oktal dari 0 sampai 0777',
  socketTls: 'dari file socket tidak mempunyai TLS: hapus tls:',
  twice: 'memuat dua alamat yang sama',
  adminTls: 'tidak boleh memakai tls: listener admin adalah HTTP biasa, di loopback atau file socket',
  sandboxTls: 'tidak boleh memakai tls: sandbox adalah HTTP biasa',
  demoPort: 'harus mempunyai port di sini: sidecar dari demo memanggilnya',
  demoTls: 'alamat tls: dari SIDECAR_LISTEN diabaikan: demo adalah HTTP biasa',
})

/**
 * A PDF of one A4 page with lines of text (ISO 32000-1 §7.5): header, objects, cross-reference table, trailer. No dates and no
 * random id, and the content is not compressed, so the bytes depend on nothing but the lines.
 */
export function pdf(lines: readonly string[]): Buffer {
  const content = `BT /F1 12 Tf 20 TL 48 780 Td ${lines.map((line) => `(${escaped(line)}) '`).join(' ')} ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ]
  // The second line tells programs that the file is binary.
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  // Every entry has exactly 20 bytes (§7.5.4).
  let entries = '0000000000 65535 f \n'
  for (const [at, object] of objects.entries()) {
    entries += `${String(file.length).padStart(10, '0')} 00000 n \n`
    file += `${at + 1} 0 obj\n${object}\nendobj\n`
  }
  const size = objects.length + 1
  const end = `xref\n0 ${size}\n${entries}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  // All of it is Latin-1, so lengths in characters are lengths in bytes.
  return Buffer.from(file + end, 'latin1')
}

/** A string in WinAnsiEncoding, which is Latin-1 but for a few characters. */
function escaped(content: string): string {
  const encoded = content.replaceAll('’', '\x92').replace(/[^\x20-\x7e\x92\xa0-\xff]/gu, '?')
  return encoded.replace(/[\\()]/g, '\\$&')
}

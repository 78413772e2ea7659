/** A colour as red, green and blue from 0 to 1. */
export type Colour = readonly [number, number, number]
export type Style = Readonly<{ size: number; bold?: boolean; colour?: Colour }>

/** What can be drawn: strings of PDF operators, to be joined with line breaks. Origin is the lower left corner. */
export function text(x: number, y: number, content: string, { size, bold = false, colour = [0, 0, 0] }: Style): string {
  return `BT /${bold ? 'F2' : 'F1'} ${size} Tf ${colour.join(' ')} rg ${x} ${y} Td (${escaped(content)}) Tj ET`
}

/** As `text`, but ends at `x`. For amounts: it knows the widths of digits and what stands around them. */
export function textRight(x: number, y: number, content: string, style: Style): string {
  const units = [...content].reduce((sum, character) => sum + widthOf(character, style.bold ?? false), 0)
  return text(Math.round((x - (units * style.size) / 1000) * 100) / 100, y, content, style)
}

export function box(x: number, y: number, width: number, height: number, colour: Colour): string {
  return `${colour.join(' ')} rg ${x} ${y} ${width} ${height} re f`
}

export function rule(x1: number, y: number, x2: number, colour: Colour): string {
  return `${colour.join(' ')} RG 0.6 w ${x1} ${y} m ${x2} ${y} l S`
}

/**
 * A PDF of one A4 page (ISO 32000-1 §7.5): header, objects, cross-reference table, trailer. No dates and no random id,
 * and the content is not compressed, so the bytes depend on nothing but the arguments.
 */
export function pdf(title: string, drawing: readonly string[]): Buffer {
  const content = drawing.join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> /Contents 6 0 R >>',
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    `<< /Title (${escaped(title)}) /Producer (CATAPA sandbox) >>`,
  ]
  // The second line tells programs that the file is binary.
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const offsets: number[] = []
  for (const [at, object] of objects.entries()) {
    offsets.push(file.length)
    file += `${at + 1} 0 obj\n${object}\nendobj\n`
  }
  // Every entry has exactly 20 bytes (§7.5.4).
  const entries = [
    '0000000000 65535 f \n',
    ...offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`),
  ]
  const size = entries.length
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R /Info 7 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  // All of it is Latin-1, so lengths in characters are lengths in bytes.
  return Buffer.from(`${file}xref\n0 ${size}\n${entries.join('')}${trailer}`, 'latin1')
}

function font(name: string): string {
  return `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`
}

/** A string in WinAnsiEncoding, which is Latin-1 but for a few characters. */
function escaped(content: string): string {
  const encoded = content
    .replaceAll('’', '\x92')
    .replaceAll('–', '\x96')
    .replace(/[^\x20-\x7e\x92\x96\xa0-\xff]/gu, '?')
  return encoded.replace(/[\\()]/g, '\\$&')
}

function widthOf(character: string, bold: boolean): number {
  if (character === '.' || character === ' ' || character === ',') return 278
  if (character === '-') return 333
  if (character === 'R') return 722
  return character === 'p' && bold ? 611 : 556
}

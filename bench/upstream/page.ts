/** JSON of exactly `bytes` bytes, in the form of a page of CATAPA. */
export function page(bytes: number): string {
  const [begin, end] = ['{"content":[', '],"totalElements":1}']
  const rows: string[] = []
  let left = bytes - begin.length - end.length
  const row = (n: number, filler: string) => `{"id":"${String(n).padStart(8, '0')}","name":"${filler}","active":true}`
  const rowBytes = row(0, 'x'.repeat(60)).length + 1
  while (left >= 2 * rowBytes) {
    rows.push(row(rows.length, 'x'.repeat(60)))
    left -= rowBytes
  }
  rows.push(row(rows.length, 'x'.repeat(left - row(0, '').length)))
  return begin + rows.join(',') + end
}

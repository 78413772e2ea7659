/** The address of a listener as a program of this machine writes it. */
export function callersUrl(address: string): string {
  return address.replace(/127\.0\.0\.1|0\.0\.0\.0|\[::1?\]/, 'localhost')
}

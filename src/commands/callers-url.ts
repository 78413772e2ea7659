/** The URL of a listener for programs on this machine. */
export function callersUrl(address: string): string {
  return address.replace(/127\.0\.0\.1|0\.0\.0\.0|\[::1?\]/, 'localhost')
}

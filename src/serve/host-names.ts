/**
 * A web page can have a name of its own answered with the address of this machine, and then read
 * what is served here (DNS rebinding). Its requests still say that name as their `Host`, so a server
 * that listens on this machine alone answers to the names of this machine alone.
 */

/** Whether only this machine can connect to what listens there. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** @param header as it came, with a port or without */
export const namesLoopback = (header: string | undefined): boolean => {
  const name = header?.toLowerCase().replace(/:\d*$/, '') ?? ''
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1'))
}

import { MillraceError } from '../../engine/errors.ts'

/** Of sockets, names, certificates and HTTP; the client gives its own time-out no code. */
export const isOfNetwork = (thrown: unknown): thrown is NodeJS.ErrnoException => {
  if (!(thrown instanceof Error) || thrown instanceof MillraceError) return false
  if (thrown instanceof TypeError || thrown instanceof RangeError) return false
  const { code, message } = thrown as NodeJS.ErrnoException
  return code !== undefined || /^Timeout error|socket hang up/.test(message)
}

/** The command was not written as its usage says. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

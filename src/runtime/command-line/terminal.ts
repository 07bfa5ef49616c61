import { text } from 'node:stream/consumers'

/** What a command may know of where it runs. Tests give one that keeps what is written. */
export interface Terminal {
  /** Answers: to stdout, a newline is added. */
  readonly print: (text: string) => void
  /**
   * Long answers, piece by piece: to stdout, as they are. Resolves when the next piece can be taken,
   * with false where nobody reads any more, as behind `head`.
   */
  readonly write: (piece: Uint8Array) => Promise<boolean>
  /** All of stdin, as text. */
  readonly readInput: () => Promise<string>
  /** How many characters a line of stdout has; null where it is no window but a file or a pipe. */
  readonly width: number | null
  /** Progress and complaints: to stderr, as it is. */
  readonly tell: (text: string) => void
  /** Whether somebody watches stderr, so that a line can be written over. */
  readonly isWatched: boolean
  /** Characters in a line of stderr, where somebody watches it. */
  readonly columns?: () => number
  /** The wall clock, in ms since 1970. */
  readonly wallNow: () => number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls back on Ctrl-C and on a request to end; returns how to stop listening. */
  readonly onInterrupt: (interrupted: () => void) => () => void
}

export const processTerminal = (): Terminal => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessNobodyReads)
  return terminalOf(process)
}

/**
 * Whoever closes a pipe has read enough, as `head` does. The work is done to its end all the same,
 * and the exit code says how it went.
 */
const unlessNobodyReads = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
}

const terminalOf = ({ stdin, stdout, stderr, env }: NodeJS.Process): Terminal => ({
  print: line => void stdout.write(`${line}\n`),
  write: piece => new Promise(resolve => stdout.write(piece, error => resolve(!error))),
  readInput: () => text(stdin),
  width: stdout.isTTY ? stdout.columns : null,
  tell: line => void stderr.write(line),
  isWatched: stderr.isTTY === true,
  columns: () => stderr.columns ?? 80,
  wallNow: Date.now,
  env,
  onInterrupt(interrupted) {
    process.on('SIGINT', interrupted)
    process.on('SIGTERM', interrupted)
    return () => {
      process.off('SIGINT', interrupted)
      process.off('SIGTERM', interrupted)
    }
  },
})

/** What `millrace` proves of its own run, asked as a user asks: by its command line. */
import { execFile } from 'node:child_process'
import { CLI } from './mill-process.ts'
import type { Verdict } from './verdict.ts'

const OUTPUT_MAX_BYTES = 64 << 20
const SHOWN_LINES = 12

/** Holds where the command ends with 0; else the end of what it says is the difference. */
export const provedByCommand = (
  check: string,
  configFile: string,
  command: readonly string[],
): Promise<Verdict> =>
  new Promise(resolve => {
    const argv = [CLI, ...command, '--config', configFile]
    execFile(process.execPath, argv, { maxBuffer: OUTPUT_MAX_BYTES }, (error, stdout, stderr) => {
      const difference =
        error === null
          ? null
          : [...linesOf(stdout), ...linesOf(stderr)].slice(-SHOWN_LINES).join('\n')
      // What was found is on stdout; how far it has come, on stderr.
      const looked = (error === null ? linesOf(stdout) : linesOf(stderr)).at(-1) ?? 'nothing said'
      resolve({ check, looked, difference })
    })
  })

const linesOf = (text: string): string[] => text.split('\n').filter(line => line.trim() !== '')

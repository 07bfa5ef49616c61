import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Command } from '../command-line/command.ts'
import { Interruption } from '../command-line/interruption.ts'
import type { Config } from '../config/config-schema.ts'
import { CONFIG_FILE, loadConfig } from '../config/load-config.ts'
import { openDataDirectory } from '../data-directory.ts'
import { claimDirectory, instanceIn } from '../run/instance.ts'
import type { StartMessage } from '../run/run-child.ts'
import { Supervisor } from '../run/supervisor.ts'

export const runCommand: Command = {
  name: 'run',
  summary: 'Run pipelines on Kafka, with ClickHouse, as a configuration says.',
  usage: ['run [--config FILE]'],
  options: [{ name: 'config', value: 'FILE', help: `Default: ${CONFIG_FILE}` }],
  details:
    () => `Starts the processes that the configuration asks for, and starts those again that end by themselves.
Ctrl-C or SIGTERM ends them after their last commit; a second one, at once. A crash at any moment loses
nothing. All keys are in docs/configuration.md; \`millrace config print\` shows what is in force.`,
  run: async (args, terminal) => {
    args.wordsAtMost(0)
    const { config } = await loadConfig(args.text('config'), terminal.env)
    const { path } = await openDataDirectory(config.data, config.application)
    const release = await claimDirectory(path)
    const interruption = new Interruption(terminal, 'Ending after the last commit…')
    try {
      const instance = await instanceIn(path)
      const supervisor = new Supervisor({
        processes: config.processes,
        fork: index => forkProcess(config, index, instance),
        restarts: config.restarts,
        drainTimeoutMs: config.drainTimeoutMs,
        say: line => terminal.tell(`${new Date(terminal.wallNow()).toISOString()} ${line}\n`),
        now: () => performance.now(),
      })
      await supervisor.run(interruption.requested)
    } finally {
      interruption.end()
      await release()
    }
  },
}

/** Calls of librdkafka each hold a thread while they wait; with Node's four, files would wait too. */
const THREADS = '16'

const forkProcess = (config: Config, index: number, instance: string): ChildProcess => {
  const isSource = import.meta.url.endsWith('.ts')
  const path = new URL(`../run/run-child.${isSource ? 'ts' : 'js'}`, import.meta.url)
  const child = fork(fileURLToPath(path), [], {
    // From sources, as tests run it, types have to be stripped.
    execArgv: ['--max-semi-space-size=64', ...(isSource ? ['--import', typeStripper()] : [])],
    env: { ...process.env, UV_THREADPOOL_SIZE: THREADS, MILLRACE_PROCESS: String(index) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const start: StartMessage = { type: 'start', config, index, instance }
  // Where it is gone already, its end says so.
  child.send(start, () => {})
  return child
}

const typeStripper = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

#!/usr/bin/env -S node --max-semi-space-size=64
/** `millrace`: the commands of the house on a command line. */
import { readFileSync } from 'node:fs'
import { runCommandLine } from './runtime/command-line/run-command-line.ts'
import { processTerminal } from './runtime/command-line/terminal.ts'
import { commands } from './runtime/commands/index.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

process.exitCode = await runCommandLine(process.argv.slice(2), commands, version, processTerminal())

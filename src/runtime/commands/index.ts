import type { Command } from '../command-line/command.ts'
import { configCommand } from './config.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { demoCommand } from './demo.ts'
import { eraseCommand } from './erase.ts'
import { importCommand } from './import.ts'
import { labelCommand } from './label.ts'
import { migrateCommand } from './migrate.ts'
import { policyCommand } from './policy.ts'
import { queryCommand } from './query.ts'
import { reconcileCommand } from './reconcile.ts'
import { replayCommand } from './replay.ts'
import { runCommand } from './run.ts'
import { sampleCommand } from './sample.ts'
import { schemasCommand } from './schemas.ts'

/** All commands there are, in the order in which help lists them. */
export const commands: readonly Command[] = [
  demoCommand,
  runCommand,
  configCommand,
  replayCommand,
  importCommand,
  queryCommand,
  migrateCommand,
  reconcileCommand,
  deadLettersCommand,
  labelCommand,
  policyCommand,
  eraseCommand,
  schemasCommand,
  sampleCommand,
]

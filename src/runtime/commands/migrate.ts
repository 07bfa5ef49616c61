import { migrate } from '../../sinks/clickhouse/schema/migrations.ts'
import { CLICKHOUSE_OPTIONS, withClickHouse } from '../asked-click-house.ts'
import type { Command } from '../command-line/command.ts'
import { ProgressLine } from '../command-line/progress-line.ts'
import { counted } from '../command-line/table.ts'

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Make the tables of ClickHouse, or bring them up to date.',
  usage: ['migrate [--data DIR | --config FILE | --clickhouse URL] [--json]'],
  options: [
    ...CLICKHOUSE_OPTIONS,
    { name: 'json', help: 'Print the migrations that were applied as JSON.' },
  ],
  details:
    () => `Applies the files of deploy/clickhouse/ that the database has not had, in order. Files that were
edited after they were applied are refused. The demo and a replay to chdb: do this by themselves.`,
  run: async (args, terminal) => {
    args.wordsAtMost(0)
    const line = new ProgressLine(terminal)
    const applied = await withClickHouse(args, terminal, address =>
      migrate(address, { onApplied: ({ name }) => line.step(`Applied ${name}.`) }),
    )
    if (args.has('json')) return terminal.print(JSON.stringify({ applied }))
    terminal.print(
      applied.length === 0
        ? 'All tables are up to date.'
        : `${counted(applied.length, 'migration')} applied. All tables are up to date.`,
    )
  },
}

/** Runs the pipeline over history: `npx tsx run.ts ndjson:shop/events ndjson:shop/results`. */
import { runReplay } from 'millrace'
import { quietCustomers } from './quiet-customers.ts'

const [from = 'ndjson:.millrace/sample/events', to = 'ndjson:quiet'] = process.argv.slice(2)

const { outcome, records, pipelines } = await runReplay({
  pipelines: [quietCustomers],
  from: [from],
  to: [to],
  drain: false,
  dataDir: '.millrace',
  restart: false,
})
console.log(outcome, records, pipelines['quiet-customers'])

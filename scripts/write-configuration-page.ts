/** Writes `docs/configuration.md` from the schema of the configuration. */
import { writeFileSync } from 'node:fs'
import { configurationPage } from '../src/runtime/config/config-page.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())

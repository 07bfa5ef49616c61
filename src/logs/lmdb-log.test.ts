import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logConformance } from './conformance.ts'
import { openLmdbLog } from './lmdb-log.ts'

for (const durability of ['synced', 'none'] as const) {
  logConformance(`the embedded log, ${durability},`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-log-'))
    let now = Date.UTC(2026, 0, 1)
    const open = () => openLmdbLog(directory, { wallNow: () => now, durability })
    let log = await open()
    return {
      log,
      reopen: async () => {
        await log.close()
        log = await open()
        return log
      },
      destroy: async () => {
        await log.close()
        rmSync(directory, { recursive: true, force: true })
      },
      advance: byMs => {
        now += byMs
      },
    }
  })
}

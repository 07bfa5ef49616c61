/** All public data sets that can be imported, in the order in which help lists them. */
import { MillraceError } from '../../engine/errors.ts'
import { cdnow } from './cdnow.ts'
import { courierGps } from './courier-gps.ts'
import { fraudHandbook } from './fraud-handbook.ts'
import type { Importer } from './importer.ts'
import { nab } from './nab.ts'
import { onlineRetail } from './online-retail.ts'
import { orangeJuice } from './orange-juice.ts'
import { rees46 } from './rees46.ts'

export const importers: readonly Importer[] = [
  onlineRetail,
  cdnow,
  rees46,
  fraudHandbook,
  orangeJuice,
  nab,
  courierGps,
]

/** Fails with `CONFIG_INVALID` where there is none. */
export const importerOf = (format: string): Importer => {
  const importer = importers.find(candidate => candidate.format === format)
  if (importer) return importer
  const known = importers.map(candidate => candidate.format).join(', ')
  throw new MillraceError('CONFIG_INVALID', `There is no format ${format}. Use one of ${known}.`)
}

import { retiredWriters } from '../engine/schema/writer-schemas.ts'
import { retiredSchemas } from '../events.ts'

/** The schemas that records of any topic were once written with. */
export const knownWriters = retiredWriters(Object.values(retiredSchemas).flat())

import type { LifecycleSegment } from '../events.ts'

/** The key says what kind of subject it is, since a user and a visitor may have the same id. */
export const subjectKey = (userId: string | null, visitorId: string | null): string | null => {
  if (userId !== null) return `USER:${userId}`
  return visitorId === null ? null : `VISITOR:${visitorId}`
}

export const subjectOf = (
  key: string,
): Pick<LifecycleSegment, 'subjectType' | 'subjectId' | 'userId'> => {
  const subjectId = key.slice(key.indexOf(':') + 1)
  return key.startsWith('USER:')
    ? { subjectType: 'USER', subjectId, userId: subjectId }
    : { subjectType: 'VISITOR', subjectId, userId: null }
}
